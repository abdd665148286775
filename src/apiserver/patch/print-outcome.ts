/**
 * What a patch made of an object, printed as upstream prints it in its answer: what the patch went through has its keys in order, what it left
 * alone has them as the type declares them.
 */
import { type Field, jsonFields, type Message, type SchemaType } from "../../api/mod.ts";
import { isObject, type JsonObject } from "../apply/type-rules.ts";

export interface PatchedObject {
  readonly schema: Message;
  /** The object before the patch, which shares with the outcome what the patch left alone. */
  readonly original: unknown;
  /** Values of a JSON patch stand as they were sent. */
  readonly verbatim: boolean;
}

export function printOutcome({ schema, original, verbatim }: PatchedObject, outcome: unknown): string {
  return JSON.stringify(touched(schema, original, outcome, verbatim));
}

function touched(type: SchemaType | undefined, before: unknown, after: unknown, verbatim: boolean): unknown {
  if (after === before) return declared(type, after);
  if (Array.isArray(after)) {
    const item = type?.kind === "list" ? type.item : undefined;
    const old = new Set(Array.isArray(before) ? before : []);
    return after.map((value) => touched(item, old.has(value) ? value : undefined, value, verbatim));
  }
  if (!isObject(after) || (verbatim && !isObject(before))) return after;
  const old = isObject(before) ? before : {};
  const members = Object.keys(after).sort();
  return Object.fromEntries(members.map((key) => [key, touched(memberOf(type, key), old[key], after[key], verbatim)]));
}

function memberOf(type: SchemaType | undefined, key: string): SchemaType | undefined {
  if (type?.kind === "map") return type.value;
  return type?.kind === "message" ? fieldsOf(type).get(key)?.type : undefined;
}

function fieldsOf(message: Message): ReadonlyMap<string, Field> {
  return new Map(jsonFields(message));
}

/** In the order of the declaration; maps by their keys. */
function declared(type: SchemaType | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => declared(type?.kind === "list" ? type.item : undefined, item));
  if (!isObject(value)) return value;
  if (type?.kind === "message") return inOrder(value, [...fieldsOf(type).keys()], type);
  return type?.kind === "map" ? inOrder(value, Object.keys(value).sort(), type) : value;
}

function inOrder(value: JsonObject, keys: readonly string[], type: SchemaType): JsonObject {
  const identity = type.kind === "message" && type.gvk ? ["kind", "apiVersion"] : [];
  const all = [...new Set([...identity, ...keys, ...Object.keys(value)])].filter((key) => key in value);
  return Object.fromEntries(all.map((key) => [key, declared(memberOf(type, key), value[key])]));
}
