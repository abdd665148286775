/** Fields that nobody owns: identity and bookkeeping, and what an endpoint leaves alone. */
import { emptySet, type FieldSet, union } from "./field-set.ts";
import { fieldElement } from "./path-element.ts";

/** `["status"]`, `["metadata", "name"]`… as a set. */
export function setOfPaths(paths: readonly (readonly string[])[]): FieldSet {
  let set: FieldSet = emptySet;
  for (const path of paths) {
    let node: FieldSet = emptySet;
    for (const name of [...path].reverse()) node = { [fieldElement(name)]: node };
    set = union(set, node);
  }
  return set;
}

const bookkeeping = setOfPaths([
  ["apiVersion"],
  ["kind"],
  ["metadata", "name"],
  ["metadata", "namespace"],
  ["metadata", "creationTimestamp"],
  ["metadata", "selfLink"],
  ["metadata", "uid"],
  ["metadata", "generation"],
  ["metadata", "managedFields"],
  ["metadata", "resourceVersion"],
]);

const withReset = new WeakMap<FieldSet, FieldSet>();

export function ignoredFields(reset: FieldSet | undefined): FieldSet {
  if (!reset) return bookkeeping;
  let ignored = withReset.get(reset);
  if (!ignored) {
    ignored = union(bookkeeping, reset);
    withReset.set(reset, ignored);
  }
  return ignored;
}

/** What an endpoint leaves alone: the object itself the status, `/status` the spec. */
export const resetStatus: FieldSet = setOfPaths([["status"]]);
export const resetSpec: FieldSet = setOfPaths([["spec"]]);
