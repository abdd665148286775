/** `$(NAME)` in commands, arguments and values. `$$` is one dollar; a name that is not known stays as written. */
export function expand(text: string, lookup: ReadonlyMap<string, string>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, body: string, name: string | undefined) => {
    if (body === "$") return "$";
    return lookup.get(name ?? "") ?? whole;
  });
}
