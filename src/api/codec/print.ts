/**
 * What upstream prints as null is absent in memory (times, raw values) or an empty list. Before an object becomes JSON the nulls are put in,
 * in copies of just those parts that need them.
 */
import type { Field, Message, SchemaType } from "../schema/types.ts";
import { jsonFields } from "../schema/walk.ts";

type JsonRecord = Readonly<Record<string, unknown>>;
/** Answers the value itself where nothing is to be put in. */
type Print = (value: unknown) => unknown;

const compiled = new WeakMap<Message, Print | undefined>();

/** The object as `JSON.stringify` should see it. */
export function printable(message: Message, object: object): object {
  const print = printerOf(message);
  return print ? (print(object) as object) : object;
}

/** Undefined where nothing of the type is ever printed as null. */
function printerOf(message: Message): Print | undefined {
  if (!compiled.has(message)) {
    compiled.set(message, undefined);
    compiled.set(message, compileMessage(message));
  }
  return compiled.get(message);
}

function compileMessage(message: Message): Print | undefined {
  const nulls: { readonly name: string; readonly isList: boolean }[] = [];
  const inner = new Map<string, Print>();
  for (const [name, field] of jsonFields(message)) {
    if (isPrintedNull(message, name, field))
      nulls.push({ name, isList: field.type.kind === "list" || field.type.kind === "map" });
    const print = compileType(field.type);
    if (print) inner.set(name, print);
  }
  if (nulls.length === 0 && inner.size === 0) return undefined;
  return (value) => {
    const object = value as JsonRecord;
    let changes: Record<string, unknown> | undefined;
    for (const { name, isList } of nulls) {
      const present = object[name];
      if (present !== undefined && !(isList && isEmpty(present))) continue;
      changes ??= {};
      changes[name] = null;
    }
    // By what is there: most fields of most objects are absent.
    for (const key in object) {
      const before = object[key];
      if (before === undefined) continue;
      const after = inner.get(key)?.(before) ?? before;
      if (after === before) continue;
      changes ??= {};
      changes[key] = after;
    }
    return changes ? { ...object, ...changes } : object;
  };
}

/** The items of a list answer are never null. */
function isPrintedNull(message: Message, name: string, { always, pointer, type }: Field): boolean {
  if (!always || (message.gvk && name === "items")) return false;
  return pointer || ["list", "map", "time", "microTime", "rawExtension", "fields", "json"].includes(type.kind);
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value as object) return false;
  return typeof value === "object";
}

function compileType(type: SchemaType): Print | undefined {
  switch (type.kind) {
    case "message":
      return printerOf(type);
    case "list": {
      const print = compileType(type.item);
      return print && ((value) => printList(value as readonly unknown[], print));
    }
    case "map": {
      const print = compileType(type.value);
      return print && ((value) => printMap(value as JsonRecord, print));
    }
    default:
      // Scalars, and types that contain themselves: JSONSchemaProps prints no nulls.
      return undefined;
  }
}

function printList(list: readonly unknown[], print: Print): readonly unknown[] {
  let printed: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const after = print(list[index]);
    if (after === list[index]) continue;
    printed ??= list.slice();
    printed[index] = after;
  }
  return printed ?? list;
}

function printMap(map: JsonRecord, print: Print): JsonRecord {
  const printed = Object.entries(map).map(([key, value]) => [key, print(value)] as const);
  return printed.every(([key, value]) => value === map[key]) ? map : Object.fromEntries(printed);
}
