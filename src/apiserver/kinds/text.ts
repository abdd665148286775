/** The first few of a list, and how many more there are: `a,b,c + 2 more...`. */
export function firstOf(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(",");
  return items.length > most ? `${shown} + ${items.length - most} more...` : shown;
}
