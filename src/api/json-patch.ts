/**
 * JSON patch, RFC 6902, with the leniencies of the server that clients know: `add` without a value adds null, `copy` of what is not there
 * copies null, `replace` adds the member of an object, negative list positions count from the end.
 */
type Members = Readonly<Record<string, unknown>>;

export interface JsonPatchOperation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly from?: unknown;
  readonly value?: unknown;
}

/** The patch does not fit the document. The message is upstream's library's. */
export class JsonPatchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "JsonPatchError";
  }
}

/** A new document; parts that no operation touches are shared with the original. Throws `JsonPatchError`. */
export function applyJsonPatch(original: unknown, operations: readonly JsonPatchOperation[]): unknown {
  const owned: Owned = new Set();
  let document = original;
  for (const operation of operations) document = apply(document, operation, owned);
  return document;
}

/** Lists and maps that this patch has made and that stand in one place: they are changed as they are, others are copied first. */
type Owned = Set<unknown>;

/** It stands in another place as well from now on. What an operation owns hangs on what it owns. */
function share(value: unknown, owned: Owned): unknown {
  if (owned.delete(value)) for (const part of Object.values(value as object)) share(part, owned);
  return value;
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, at) => jsonEqual(item, other[at]));
  if (!isMembers(one) || !isMembers(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && jsonEqual(one[key], other[key]));
}

const missing = "missing value";
const badIndex = "invalid index referenced";

/** A step that failed; the operation says where. */
class Unfit extends Error {}

function apply(document: unknown, operation: JsonPatchOperation, owned: Owned): unknown {
  const { op } = operation;
  if (typeof op !== "string" || !Object.hasOwn(operators, op))
    throw new JsonPatchError(`Unexpected kind: ${op ?? "unknown"}`);
  const path = pointer(operation.path, `${op} operation failed to decode path`);
  if (path.parts.length === 0 && !(path.text === "" && op in wholeDocument)) throw isMissingPath(op, path);
  return operators[op as keyof typeof operators](document, path, operation, owned);
}

/** What may be done to the document as a whole. */
const wholeDocument = { replace: true, test: true };

interface Pointer {
  readonly text: string;
  readonly parts: readonly string[];
}

type Operator = (document: unknown, path: Pointer, operation: JsonPatchOperation, owned: Owned) => unknown;

const operators = {
  add: (document, path, { value }, owned) => edit("add", document, path, insert(value ?? null, owned)),
  remove: (document, path, _, owned) => edit("remove", document, path, takeOut(path, owned)),
  replace(document, path, { value }, owned) {
    if (path.parts.length === 0) return value ?? null;
    // An object takes what it did not have.
    const holder = path.parts.length === 1 ? document : read("replace", document, holderOf(path));
    if (!isMembers(holder) && read("replace", document, path) === undefined)
      throw new JsonPatchError(`replace operation does not apply: doc is missing key: ${path.text}: ${missing}`);
    return edit("replace", document, path, replace(value ?? null, owned));
  },
  move(document, path, operation, owned) {
    const from = part("move", operation.from);
    const value = read("move", document, from);
    if (value === undefined)
      throw new JsonPatchError(`error in move for path: '${path.text}': ${unableToRemove(from)}: ${missing}`);
    return edit("move", edit("move", document, from, takeOut(from, owned)), path, insert(value, owned));
  },
  copy(document, path, operation, owned) {
    const from = part("copy", operation.from);
    const value = share(read("copy", document, from) ?? null, owned);
    return edit("copy", document, path, insert(value, owned));
  },
  test(document, path, { value }) {
    if (jsonEqual(read("test", document, path) ?? null, value ?? null)) return document;
    throw new JsonPatchError(`testing value ${path.text} failed: test failed`);
  },
} as const satisfies Readonly<Record<string, Operator>>;

/** Of the document: not the whole of it. */
function part(name: string, from: unknown): Pointer {
  const path = pointer(from, `${name} operation failed to decode from`);
  if (path.parts.length === 0) throw isMissingPath(name, path);
  return path;
}

function holderOf({ text, parts }: Pointer): Pointer {
  return { text: text.slice(0, text.lastIndexOf("/")), parts: parts.slice(0, -1) };
}

function unableToRemove({ parts }: Pointer): string {
  return `Unable to remove nonexistent key: ${parts.at(-1)}`;
}

function pointer(text: unknown, failure: string): Pointer {
  if (typeof text !== "string") throw new JsonPatchError(`${failure}: ${missing}`);
  // What stands before the first slash is passed over.
  const parts = text.split("/").slice(1);
  return { text, parts: parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")) };
}

function isMissingPath(name: string, { text }: Pointer): JsonPatchError {
  return new JsonPatchError(
    `${name} operation does not apply: doc is missing path: ${JSON.stringify(text)}: ${missing}`,
  );
}

/** Nothing where only the last step leads nowhere. */
function read(name: string, document: unknown, path: Pointer): unknown {
  let value = document;
  for (const [depth, part] of path.parts.entries()) {
    if (Array.isArray(value)) value = value[tried(name, path, () => position(part, value as unknown[], false))];
    else if (isMembers(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
    else throw isMissingPath(name, path);
    if (value === undefined && depth < path.parts.length - 1) throw isMissingPath(name, path);
  }
  return value;
}

function tried<T>(name: string, { text }: Pointer, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    throw new JsonPatchError(`error in ${name} for path: '${text}': ${error.message}`);
  }
}

/** Changes one list or map that is the patch's own, at one key. */
interface Edit {
  readonly owned: Owned;
  list(items: unknown[], part: string): void;
  map(members: Record<string, unknown>, key: string): void;
}

function insert(value: unknown, owned: Owned): Edit {
  return {
    owned,
    list(items, part) {
      items.splice(part === "-" ? items.length : position(part, items, true), 0, value);
    },
    map: (members, key) => setOwn(members, key, value),
  };
}

function takeOut(path: Pointer, owned: Owned): Edit {
  return {
    owned,
    list(items, part) {
      items.splice(position(part, items, false), 1);
    },
    map(members, key) {
      if (!Object.hasOwn(members, key)) throw new Unfit(`${unableToRemove(path)}: ${missing}`);
      delete members[key];
    },
  };
}

function replace(value: unknown, owned: Owned): Edit {
  return {
    owned,
    list(items, part) {
      items[position(part, items, false)] = value;
    },
    map: (members, key) => setOwn(members, key, value),
  };
}

/** `__proto__` is a key like any other. */
function setOwn(members: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(members, key, { value, enumerable: true, configurable: true, writable: true });
}

function edit(name: string, document: unknown, path: Pointer, step: Edit): unknown {
  return tried(name, path, () => change(name, document, path, 0, step));
}

/** A copy of the document in which what the path leads to was edited. */
function change(name: string, document: unknown, path: Pointer, depth: number, step: Edit): unknown {
  const part = path.parts[depth]!;
  const last = depth === path.parts.length - 1;
  if (Array.isArray(document)) {
    const items = ownList(document, step.owned);
    if (last) step.list(items, part);
    else {
      const at = position(part, items, false);
      items[at] = change(name, items[at], path, depth + 1, step);
    }
    return items;
  }
  if (!isMembers(document)) throw isMissingPath(name, path);
  const members = ownMap(document, step.owned);
  if (last) step.map(members, part);
  else {
    if (!Object.hasOwn(members, part)) throw isMissingPath(name, path);
    setOwn(members, part, change(name, members[part], path, depth + 1, step));
  }
  return members;
}

function ownList(list: unknown[], owned: Owned): unknown[] {
  if (owned.has(list)) return list;
  const copy = [...list];
  owned.add(copy);
  return copy;
}

function ownMap(members: Members, owned: Owned): Record<string, unknown> {
  if (owned.has(members)) return members as Record<string, unknown>;
  const copy = { ...members };
  owned.add(copy);
  return copy;
}

/** `length` itself is a position only where an item may be added there. */
function position(part: string, items: readonly unknown[], adding: boolean): number {
  if (!/^-?\d+$/.test(part)) throw new Unfit(`strconv.Atoi: parsing ${JSON.stringify(part)}: invalid syntax`);
  const limit = adding ? items.length + 1 : items.length;
  const number = Number(part);
  const from = number < 0 ? number + limit : number;
  if (from < 0 || from >= limit) throw new Unfit(`Unable to access invalid index: ${number}: ${badIndex}`);
  return from;
}
