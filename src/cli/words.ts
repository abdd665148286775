/** Words as kubectl takes them, made into words that the command's parser takes. What comes after `--` is another command's. */

/** Verbs of kubectl that this command has not. */
const othersOfKubectl = new Set(
  "annotate attach auth autoscale certificate completion config cordon cp debug diff drain edit events expose kustomize label patch port-forward proxy replace run set taint uncordon wait".split(
    " ",
  ),
);

/** What a person is told who asked for a command that there is not, where there is something to tell. */
export const hintFor = (verb: string | undefined): string =>
  verb !== undefined && othersOfKubectl.has(verb) ? `hint: kubectl ${verb} works on a cluster of kubets\n` : "";

const globalFlag = /^(-n|--namespace|--kubeconfig|--context)(=.*)?$/s;

/** `-o=yaml` is `-o yaml`; flags of every verb may stand before the verb; `--version` alone asks for the command's own. */
export function kubectlWords(words: readonly string[]): string[] {
  if (words.length === 1 && words[0] === "--version") return ["version", "--client"];
  const end = words.indexOf("--");
  const own = end === -1 ? words : words.slice(0, end);
  const split = own.flatMap((word) => /^(-[A-Za-z])=(.*)$/s.exec(word)?.slice(1) ?? [word]);
  const first = countOfGlobals(split);
  return [...split.slice(first), ...split.slice(0, first), ...words.slice(own.length)];
}

/** How many words the global flags at the beginning take. */
function countOfGlobals(words: readonly string[]): number {
  let at = 0;
  for (let found = globalFlag.exec(words[at] ?? ""); found; found = globalFlag.exec(words[at] ?? ""))
    at += found[2] === undefined ? 2 : 1;
  return at;
}
