/** What all objects of the API have in common. */
import type { ObjectMeta } from "./meta/v1/object-meta.ts";

/** An object of any kind; keys beside these three are reached by a cast to its own type. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** What a caller gives to create an object: the server fills in the rest. */
export type Draft<T> = Omit<T, "apiVersion" | "kind" | "metadata" | "status"> & {
  apiVersion?: string;
  kind?: string;
  metadata?: Partial<ObjectMeta>;
} & (T extends { status?: infer S } ? { status?: S } : unknown);

/** A deep, mutable copy of a JSON-shaped value. */
export function clone<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const source = value as Record<string, unknown>;
  // A copy with the shape of its source is made faster, and is smaller, than one that grows key by key.
  const target = { ...source };
  for (const key in target) {
    const inner = target[key];
    if (typeof inner === "object" && inner !== null) target[key] = copy(inner);
  }
  return target;
}

/** Assigns as JSON.parse does: `__proto__` is a key like any other. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** The value of the object's own key: clients name things as they like, were it `constructor`, which every object has. */
export function getKey<T>(object: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A copy with its keys in order, at every depth: the same text for the same value. */
export function sortKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  const source = value as Record<string, unknown>;
  const target: Record<string, unknown> = {};
  for (const key of Object.keys(source).sort()) setKey(target, key, sortKeys(source[key]));
  return target;
}

/** A part that stands as it is in another object too. It is in canonical form, and frozen: see `ownPart`. */
export function isShared(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.isFrozen(value);
}

/** The part, to be changed in place: of a shared one a copy takes its place first. */
export function ownPart<T, K extends keyof T>(object: T, name: K): T[K] {
  if (isShared(object[name])) object[name] = clone(object[name]);
  return object[name];
}

/** Freezes a JSON-shaped value to its depth, in place, and answers it. What is frozen already is taken as frozen to its depth. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) for (const item of value) deepFreeze(item);
  else for (const key in value) deepFreeze(value[key]);
  return Object.freeze(value);
}
