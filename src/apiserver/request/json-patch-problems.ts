/** What stands twice in a JSON patch, and what no operation has, in upstream's words. */

const members: ReadonlySet<string> = new Set(["op", "path", "from", "value"]);

type Operation = Readonly<Record<string, unknown>>;

/** `duplicates` are those of the patch's text: `duplicate field "[0].value.a"`. */
export function jsonPatchProblems(patch: unknown, duplicates: readonly string[]): string[] {
  const operations = (Array.isArray(patch) ? patch : []) as readonly Operation[];
  const byPosition = Map.groupBy(duplicates, (duplicate) => Number(/\d+/.exec(duplicate)?.[0]));
  const problems = operations.flatMap((operation, position) => [
    ...unknownMembers(operation, position),
    ...(byPosition.get(position) ?? []),
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
  if (later.some((other) => isRelated(path, other?.["path"]))) return undefined;
  return `duplicate field "${dotted(path)}${rest}"`;
}

/** Whether one is the other, or within it. */
function isRelated(path: string, other: unknown): boolean {
  if (typeof other !== "string") return false;
  const [outer, inner] = path.length < other.length ? [path, other] : [other, path];
  return inner.startsWith(outer) && (inner.length === outer.length || inner[outer.length] === "/");
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
