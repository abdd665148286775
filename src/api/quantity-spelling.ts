/**
 * One amount has many spellings (`1Gi`, `1024Mi`, `1073741824`), and is kept in the one that it was given in. A new spelling is written, but is
 * no change of the amount: who asks what an update changes compares with the old value as the new one would spell it.
 */
import { compareQuantities } from "./quantity.ts";
import type { Message, SchemaType } from "./schema/types.ts";
import { jsonFields } from "./schema/walk.ts";

/** Answers `old` itself where the two spell nothing differently. */
type Respell = (old: unknown, now: unknown) => unknown;
type JsonRecord = Record<string, unknown>;

const compiled = new WeakMap<Message, Respell | "holds no amounts">();

/**
 * The old value, with those quantities as the new one spells them that are the same amount there. Itself where none are; else a copy that
 * shares with it all others.
 */
export function respelledAs<T>(now: T, old: T, message: Message<T>): T {
  const respell = respellingOf(message);
  return respell ? (respell(old, now) as T) : old;
}

function respellingOf(message: Message): Respell | undefined {
  let respell = compiled.get(message);
  if (!respell) {
    respell = compileMembers(message) ?? "holds no amounts";
    compiled.set(message, respell);
  }
  return respell === "holds no amounts" ? undefined : respell;
}

/** What contains itself, the schema of custom resources, holds no amounts. */
function compile(type: SchemaType): Respell | undefined {
  switch (type.kind) {
    case "quantity":
      return respellQuantity;
    case "list":
      return compileItems(type.item);
    case "map":
      return compileValues(type.value);
    case "message":
      return respellingOf(type);
    default:
      return undefined;
  }
}

function respellQuantity(old: unknown, now: unknown): unknown {
  if (old === now || typeof old !== "string" || typeof now !== "string") return old;
  return compareQuantities(old, now) === 0 ? now : old;
}

/** Copied once, as a map is: either may have tens of thousands that are spelled otherwise. */
function compileItems(item: SchemaType): Respell | undefined {
  const respell = compile(item);
  if (!respell) return undefined;
  return (old, now) => {
    if (old === now || !Array.isArray(old) || !Array.isArray(now)) return old;
    let copy: unknown[] | undefined;
    for (let at = 0; at < old.length; at++) {
      const after = respell(old[at], now[at]);
      if (after === old[at]) continue;
      copy ??= [...old];
      copy[at] = after;
    }
    return copy ?? old;
  };
}

function compileValues(value: SchemaType): Respell | undefined {
  const respell = compile(value);
  if (!respell) return undefined;
  return (old, now) => {
    if (old === now || !isRecord(old) || !isRecord(now)) return old;
    let copy: JsonRecord | undefined;
    for (const key in old) {
      const after = respell(old[key], now[key]);
      if (after === old[key]) continue;
      copy ??= { ...old };
      copy[key] = after;
    }
    return copy ?? old;
  };
}

function compileMembers(message: Message): Respell | undefined {
  const names: string[] = [];
  const respells: Respell[] = [];
  for (const [name, { type }] of jsonFields(message)) {
    const respell = compile(type);
    if (!respell) continue;
    names.push(name);
    respells.push(respell);
  }
  if (names.length === 0) return undefined;
  return (old, now) => {
    if (old === now || !isRecord(old) || !isRecord(now)) return old;
    let result = old;
    for (let at = 0; at < names.length; at++) {
      const name = names[at]!;
      const before = old[name];
      if (before !== undefined) result = withMember(result, name, respells[at]!(before, now[name]));
    }
    return result;
  };
}

function withMember(object: JsonRecord, name: string, value: unknown): JsonRecord {
  return object[name] === value ? object : { ...object, [name]: value };
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
