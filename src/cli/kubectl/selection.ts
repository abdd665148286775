/** Which objects a verb is about: what its words name, or what its flags choose; never both, which would be more than one of them says. */
import { UsageError } from "../failure.ts";
import { parseTargets, type ResourceType, type Target } from "./resource-types.ts";

export interface SelectionFlags {
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly allNamespaces?: boolean;
  readonly all?: boolean;
  readonly filename?: readonly string[];
}

const isSelecting = ({ selector, fieldSelector, all }: SelectionFlags): boolean =>
  Boolean(selector || fieldSelector || all);

/** Throws `UsageError` in kubectl's words. */
export function selectedTargets(
  types: readonly ResourceType[],
  words: readonly string[],
  flags: SelectionFlags,
): readonly Target[] {
  const targets = parseTargets(types, words);
  if (targets.every(({ name }) => name === undefined)) return targets;
  if (isSelecting(flags))
    throw new UsageError(
      words[0]!.includes("/")
        ? "selectors and the all flag cannot be used when passing resource/name arguments"
        : "name cannot be provided when a selector is specified",
    );
  if (flags.allNamespaces) throw new UsageError("a resource cannot be retrieved by name across all namespaces");
  return targets;
}

/** The files that stand for the objects; nothing where words do. */
export function selectedFiles(words: readonly string[], flags: SelectionFlags): readonly string[] | undefined {
  if (!flags.filename) return undefined;
  if (words.length > 0)
    throw new UsageError(
      "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
    );
  // kubectl would choose among them; taking all of them would be more than was said.
  if (flags.selector) throw new UsageError("--selector does not choose among the objects of files here");
  return flags.filename;
}
