/** What stands twice in a JSON patch, and what no operation has, in upstream's words. */

const members: ReadonlySet<string> = new Set(["op", "path", "from", "value"]);

type Operation = Readonly<Record<string, unknown>>;

/** `duplicates` are those of the patch's text: `duplicate field "[0].value.a"`. */
export function jsonPatchProblems(patch: unknown, duplicates: readonly string[]): string[] {
  const operations = (Array.isArray(patch) ? patch : []) as readonly Operation[];
  const problems = operations.flatMap((operation, position) => [
    ...unknownMembers(operation, position),
    ...duplicates.filter((duplicate) => duplicate.startsWith(`duplicate field "[${position}].`)),
  ]);
  const inObject = duplicates.map((duplicate) => whereItComes(operations, duplicate));
  return [...problems.map((problem) => `json patch ${problem}`), ...inObject.filter((text) => text !== undefined)];
}

function unknownMembers(operation: Operation, position: number): string[] {
  if (typeof operation !== "object" || operation === null) return [];
  const unknown = Object.keys(operation).filter((name) => !members.has(name.toLowerCase()));
  return unknown.map((name) => `unknown field "[${position}].${name}"`);
}

/** A value stands in the outcome as it was sent, twice what it has twice; nothing where it does not come there, or comes and goes. */
function whereItComes(operations: readonly Operation[], duplicate: string): string | undefined {
  const [, index, rest] = /^duplicate field "\[(\d+)\]\.value([.[].*)"$/s.exec(duplicate) ?? [];
  if (index === undefined) return undefined;
  const { op, path } = operations[Number(index)]!;
  if ((op !== "add" && op !== "replace") || typeof path !== "string" || path.endsWith("/-")) return undefined;
  const later = operations.slice(Number(index) + 1);
  if (later.some((other) => typeof other["path"] === "string" && isWithin(path, other["path"]))) return undefined;
  return `duplicate field "${dotted(path)}${rest}"`;
}

function isWithin(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}/`) || other.startsWith(`${path}/`);
}

/** `/metadata/ownerReferences/0` is `metadata.ownerReferences[0]`. */
function dotted(pointer: string): string {
  const names = pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  return names
    .map((name, position) => (/^\d+$/.test(name) ? `[${name}]` : `${position > 0 ? "." : ""}${name}`))
    .join("");
}
