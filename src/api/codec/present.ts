/**
 * Who writes an object back has changed a part of it, mostly: a label, a finalizer, the status. The parts that are as they were (`spec`, `data`,
 * who owns the fields) are taken from the object that is there, frozen, and neither read nor brought into form nor compared again. Who wants to
 * change such a part makes it its own first: see `ownPart`.
 */
import { clone } from "../object.ts";

/** The object that is there now, for who reads what shall take its place. */
export interface Present<T> {
  /** Frozen, in canonical form, with defaults. */
  readonly object: T;
  /** Its protobuf, where it is at hand. */
  readonly message?: Uint8Array | undefined;
}

type JsonRecord = Record<string, unknown>;

/** Of the metadata most is the server's to set: it is read anew, but for who owns which fields. */
export const ownersOnly = (name: string): boolean => name === "managedFields";
export const allButMetadata = (name: string): boolean => name !== "metadata";

/**
 * Puts the present parts in the place of equal ones; `shown` is the present object as clients see it. Answers how many keys those have, at any
 * depth, their own apart.
 */
export function takeUnchanged(sent: JsonRecord, present: object, shown: object): number {
  const [parts, others] = [present as JsonRecord, shown as JsonRecord];
  const keys = takeEqual(sent, parts, others, allButMetadata);
  const [metadata, known, seen] = [sent["metadata"], parts["metadata"], others["metadata"]];
  const areSound = isRecord(metadata) && isRecord(known) && isRecord(seen);
  return areSound ? keys + takeEqual(metadata, known, seen, ownersOnly) : keys;
}

/** A copy of the value, with the present parts in the place of equal ones. */
export function cloneBeside<T extends object>(value: T, present: object): T {
  const copy = { ...(value as JsonRecord) };
  if (isRecord(copy["metadata"])) copy["metadata"] = { ...copy["metadata"] };
  takeUnchanged(copy, present, present);
  cloneOthers(copy, present as JsonRecord);
  return copy as T;
}

function cloneOthers(copy: JsonRecord, present: JsonRecord): void {
  for (const key in copy) {
    if (key === "metadata" && isRecord(copy[key])) cloneOthers(copy[key], present[key] as JsonRecord);
    else if (copy[key] !== present[key]) copy[key] = clone(copy[key]);
  }
}

function takeEqual(
  sent: JsonRecord,
  present: JsonRecord,
  shown: JsonRecord,
  isTaken: (name: string) => boolean,
): number {
  let keys = 0;
  for (const name in sent) {
    const part = isTaken(name) && Object.hasOwn(present, name) ? present[name] : undefined;
    if (typeof part !== "object") continue;
    const within = keysIfEqual(sent[name], shown[name]);
    if (within < 0) continue;
    sent[name] = part;
    keys += within;
  }
  return keys;
}

/**
 * Strict as `deepEqual`, and a count beside, which is what the reader needs to know whether a key stood twice: how many keys are in two equal
 * values, which are of JSON, but that a caller in this process may have left a member undefined; -1 where they are
 * not equal. `__proto__` is a key like any other.
 */
function keysIfEqual(one: unknown, other: unknown): number {
  if (one === other) return 0;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return -1;
  if (Array.isArray(one)) return Array.isArray(other) ? keysInEqualLists(one, other) : -1;
  if (Array.isArray(other)) return -1;
  let [keys, more] = [0, 0];
  for (const key in one) {
    // Of the other it would be what no key leads to: its prototype.
    if (key === "__proto__") return -1;
    const within = keysIfEqual((one as JsonRecord)[key], (other as JsonRecord)[key]);
    if (within < 0 || !Object.hasOwn(other, key)) return -1;
    keys += within;
    more++;
  }
  keys += more;
  for (const _ in other) more--;
  return more === 0 ? keys : -1;
}

function keysInEqualLists(one: readonly unknown[], other: readonly unknown[]): number {
  if (one.length !== other.length) return -1;
  let keys = 0;
  for (let at = 0; at < one.length; at++) {
    const within = keysIfEqual(one[at], other[at]);
    if (within < 0) return -1;
    keys += within;
  }
  return keys;
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
