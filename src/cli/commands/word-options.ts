/**
 * Options that take a command: `--entrypoint /bin/httpd -f -p 80 -o image.tar`. Their words may start with dashes, so they end only at the
 * next option of our own. Each becomes one word that carries the list as JSON.
 */
export function gatherWords(
  args: readonly string[],
  listOptions: readonly string[],
  otherOptions: readonly string[],
): string[] {
  const gathered: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const option = args[at]!;
    if (!listOptions.includes(option)) {
      gathered.push(option);
      continue;
    }
    const words: string[] = [];
    while (at + 1 < args.length && ![...listOptions, ...otherOptions].includes(args[at + 1]!)) words.push(args[++at]!);
    gathered.push(`${option}=${JSON.stringify(words)}`);
  }
  return gathered;
}
