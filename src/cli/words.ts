/** Words as kubectl takes them, made into words that the command's parser takes. What comes after `--` is another command's. */

import type { Command, Option } from "commander";
import { UsageError } from "./failure.ts";

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

/** `-o=yaml` is `-o yaml`, `--wait=false` is `--no-wait`; flags of every verb may stand before it; `--version` alone asks for the command's own. */
export function kubectlWords(words: readonly string[], commands: readonly Command[]): string[] {
  if (words.length === 1 && words[0] === "--version") return ["version", "--client"];
  const end = words.indexOf("--");
  const own = end === -1 ? words : words.slice(0, end);
  const first = countOfGlobals(own);
  const options = optionsOf(own.slice(first), commands);
  const split = [...own.slice(first), ...own.slice(0, first)].flatMap((word) => withoutEquals(word, options));
  return [...split, ...words.slice(own.length)];
}

/** The options of the verb that the words begin with, and of those below it. */
function optionsOf([name, ...rest]: readonly string[], commands: readonly Command[]): readonly Option[] {
  const found = commands.find((command) => command.name() === name || command.aliases().includes(name!));
  return found ? [...found.options, ...optionsOf(rest, found.commands)] : [];
}

/** As Go reads a boolean. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...["1", "t", "T", "TRUE", "true", "True"].map((word) => [word, true] as const),
  ...["0", "f", "F", "FALSE", "false", "False"].map((word) => [word, false] as const),
]);

function withoutEquals(word: string, options: readonly Option[]): readonly string[] {
  const [, flag, value] = /^(-[A-Za-z]|--[a-z-]+)=(.*)$/s.exec(word) ?? [];
  if (flag === undefined) return [word];
  const option = options.find(({ long, short }) => long === flag || short === flag);
  if (option === undefined || option.required || option.optional)
    return flag.startsWith("--") ? [word] : [flag, value!];
  const said = booleans.get(value!);
  if (said === undefined)
    throw new UsageError(
      `invalid argument ${JSON.stringify(value)} for "${option.flags}" flag: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
    );
  if (said) return [flag];
  // What is off by itself needs no word.
  const off = `--no-${option.long!.slice(2)}`;
  return options.some(({ long }) => long === off) ? [off] : [];
}

/** How many words the global flags at the beginning take. */
function countOfGlobals(words: readonly string[]): number {
  let at = 0;
  for (let found = globalFlag.exec(words[at] ?? ""); found; found = globalFlag.exec(words[at] ?? ""))
    at += found[2] === undefined ? 2 : 1;
  return at;
}
