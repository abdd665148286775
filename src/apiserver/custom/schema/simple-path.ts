/** Paths of plain members, `.spec.replicas`: where the scale subresource and selectable fields find their values. */
import { isObject } from "../../apply/type-rules.ts";
import type { JsonObject } from "./structural-node.ts";

export interface SimplePath {
  /** `["spec", "replicas"]` */
  readonly names: readonly string[];
  /** Undefined where the object has no such member. */
  get(object: object): unknown;
  /** What stands in the way where there should be an object. */
  obstacle(object: object): unknown;
  /** In place; objects on the way are made where they are missing. */
  set(object: object, value: unknown): void;
}

export function simplePath(text: string): SimplePath {
  const names = text.split(".").slice(1);
  return {
    names,
    get: (object) => getAt(object, names),
    obstacle: (object) => obstacleAt(object, names),
    set: (object, value) => setAt(object as JsonObject, names, value),
  };
}

function getAt(object: object, names: readonly string[]): unknown {
  let value: unknown = object;
  for (const name of names) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function obstacleAt(object: object, names: readonly string[]): unknown {
  let value: unknown = object;
  for (const name of names) {
    if (value === undefined || value === null) return undefined;
    if (!isObject(value)) return value;
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return undefined;
}

function setAt(object: JsonObject, names: readonly string[], value: unknown): void {
  const last = names.at(-1);
  if (last === undefined) return;
  let parent = object;
  for (const name of names.slice(0, -1)) {
    const inner = Object.hasOwn(parent, name) ? parent[name] : undefined;
    if (isObject(inner)) parent = inner;
    else parent = define(parent, name, {}) as JsonObject;
  }
  define(parent, last, value);
}

/** By definition, not by assignment: a member may be called `__proto__`. */
function define(object: JsonObject, name: string, value: unknown): unknown {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  return value;
}
