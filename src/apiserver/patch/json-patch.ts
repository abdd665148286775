/**
 * JSON patch, RFC 6902, with the leniencies of the server that clients know: `add` without a value adds null, `copy` of what is not there
 * copies null, negative list positions count from the end.
 */
import { deepEqual, isObject, type JsonObject } from "../apply/type-rules.ts";
import { jsonTypeName, PatchError, unprocessableText } from "./patch-error.ts";

const maximumOperations = 10_000;

interface Operation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly from?: unknown;
  readonly value?: unknown;
}

/** A new object; parts that no operation touches are shared with the original. Throws `PatchError`. */
export function jsonPatch(original: JsonObject, patch: unknown): unknown {
  const operations = checkOperations(patch);
  let document: unknown = original;
  for (const operation of operations) document = apply(document, operation);
  return document;
}

function checkOperations(patch: unknown): readonly Operation[] {
  if (patch === null) return [];
  const decodes = (type: string, into: string) =>
    new PatchError("BadRequest", `error decoding patch: json: cannot unmarshal ${type} into Go value of type ${into}`);
  if (!Array.isArray(patch)) throw decodes(jsonTypeName(patch), "[]handlers.jsonPatchOp");
  if (patch.length > maximumOperations) {
    const text = `The allowed maximum operations in a JSON patch is ${maximumOperations}, got ${patch.length}`;
    throw new PatchError("RequestEntityTooLarge", `Request entity too large: ${text}`);
  }
  const wrong = patch.find((operation) => !isObject(operation));
  if (wrong !== undefined) throw decodes(jsonTypeName(wrong), "handlers.jsonPatchOp");
  return patch as readonly Operation[];
}

function unprocessable(): PatchError {
  return new PatchError("Unprocessable", unprocessableText);
}

function apply(document: unknown, operation: Operation): unknown {
  const path = parsePointer(operation.path);
  switch (operation.op) {
    case "add":
      return change(document, path, 0, add(operation.value ?? null));
    case "remove":
      return change(document, path, 0, remove);
    case "replace":
      return change(document, path, 0, replace(operation.value ?? null));
    case "move": {
      const from = parsePointer(operation.from);
      const value = read(document, from);
      if (value === undefined) throw unprocessable();
      return change(change(document, from, 0, remove), path, 0, add(value));
    }
    case "copy":
      return change(document, path, 0, add(read(document, parsePointer(operation.from)) ?? null));
    case "test":
      if (!deepEqual(read(document, path), operation.value)) throw unprocessable();
      return document;
    default:
      throw unprocessable();
  }
}

function parsePointer(pointer: unknown): readonly string[] {
  if (typeof pointer !== "string" || !pointer.startsWith("/")) throw unprocessable();
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function read(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const [depth, part] of path.entries()) {
    if (Array.isArray(value)) value = value[position(part, value.length, false)];
    else if (isObject(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
    else throw unprocessable();
    if (value === undefined && depth < path.length - 1) throw unprocessable();
  }
  return value;
}

/** Changes one list or map that was copied for it, at one key. */
interface Edit {
  list(items: unknown[], part: string): void;
  map(members: JsonObject, key: string): void;
}

function add(value: unknown): Edit {
  return {
    list(items, part) {
      items.splice(part === "-" ? items.length : position(part, items.length, true), 0, value);
    },
    map: (members, key) => setOwn(members, key, value),
  };
}

const remove: Edit = {
  list(items, part) {
    items.splice(position(part, items.length, false), 1);
  },
  map(members, key) {
    if (!Object.hasOwn(members, key)) throw unprocessable();
    delete members[key];
  },
};

function replace(value: unknown): Edit {
  return {
    list(items, part) {
      items[position(part, items.length, false)] = value;
    },
    map(members, key) {
      if (!Object.hasOwn(members, key)) throw unprocessable();
      setOwn(members, key, value);
    },
  };
}

/** `__proto__` is a key like any other. */
function setOwn(members: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(members, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A copy of the document in which what the path leads to was edited. */
function change(document: unknown, path: readonly string[], depth: number, edit: Edit): unknown {
  const part = path[depth]!;
  const last = depth === path.length - 1;
  if (Array.isArray(document)) {
    const items = [...document];
    if (last) edit.list(items, part);
    else {
      const at = position(part, items.length, false);
      items[at] = change(items[at], path, depth + 1, edit);
    }
    return items;
  }
  if (!isObject(document)) throw unprocessable();
  const members = { ...document };
  if (last) edit.map(members, part);
  else {
    if (!Object.hasOwn(members, part)) throw unprocessable();
    setOwn(members, part, change(members[part], path, depth + 1, edit));
  }
  return members;
}

/** `length` itself is a position only where an item may be added there. */
function position(part: string, length: number, adding: boolean): number {
  if (!/^-?\d+$/.test(part)) throw unprocessable();
  const limit = adding ? length + 1 : length;
  const number = Number(part);
  const from = number < 0 ? number + limit : number;
  if (from < 0 || from >= limit) throw unprocessable();
  return from;
}
