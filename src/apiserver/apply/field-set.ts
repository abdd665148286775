/**
 * Sets of field paths in the form that managed fields have on the wire (`fieldsV1`): a trie whose edges are path elements. A node is itself
 * in the set where it has the key `.` or no key at all; the root never is, so the empty object is the empty set. Nothing here changes its
 * arguments, and results share what they can with them.
 */
import type { JsonObject } from "./type-rules.ts";

export interface FieldSet {
  readonly [element: string]: FieldSet;
}

type MutableSet = { [element: string]: FieldSet };

export const emptySet: FieldSet = Object.freeze({});
const self = ".";

export function isEmptySet(set: object): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether the node itself is in the set, beside what lies under it. */
function isMember(node: FieldSet): boolean {
  return self in node || isEmptySet(node);
}

/** A node from its children and whether it is a member; undefined where nothing is left of it. */
function node(children: MutableSet, member: boolean): FieldSet | undefined {
  if (isEmptySet(children)) return member ? emptySet : undefined;
  return member ? { [self]: emptySet, ...children } : children;
}

/** The very set `a` where all of `b` is in it. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a;
  return isEmptySet(a) ? b : unionNodes(a, b);
}

function unionNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  let both: MutableSet | undefined;
  for (const key in b) {
    if (key === self) continue;
    const mine = a[key];
    const part = mine ? unionNodes(mine, b[key]!) : b[key]!;
    if (part === mine) continue;
    both ??= { ...a };
    both[key] = part;
  }
  const isNewMember = !isMember(a) && isMember(b);
  if (!both && !isNewMember) return a;
  both ??= { ...a };
  if (isNewMember || isMember(a)) both[self] = emptySet;
  return both;
}

/** By halves: what is united first with the first, then with the second, is copied as often as there are sets. */
export function unionOfAll(sets: readonly FieldSet[]): FieldSet {
  if (sets.length <= 1) return sets[0] ?? emptySet;
  const middle = sets.length >> 1;
  return union(unionOfAll(sets.slice(0, middle)), unionOfAll(sets.slice(middle)));
}

/** The paths of `a` that are not in `b`, each judged by itself. The very set `a` where nothing of it is. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const children = differenceChildren(a, b);
  return children ? (node(children, false) ?? emptySet) : a;
}

/** Undefined where nothing under `a` is in `b`. */
function differenceChildren(a: FieldSet, b: FieldSet): MutableSet | undefined {
  let changed = false;
  const children: MutableSet = {};
  for (const key in a) {
    if (key === self) continue;
    const [mine, other] = [a[key]!, b[key]];
    const left = other ? differenceNode(mine, other) : mine;
    if (left) children[key] = left;
    if (left !== mine) changed = true;
  }
  return changed ? children : undefined;
}

function differenceNode(a: FieldSet, b: FieldSet): FieldSet | undefined {
  const children = differenceChildren(a, b);
  const member = isMember(a);
  const kept = member && !isMember(b);
  if (!children && kept === member) return a;
  return node(children ?? withoutSelf(a), kept);
}

function withoutSelf(a: FieldSet): MutableSet {
  const { [self]: _self, ...children } = a;
  return children;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return node(intersectionChildren(a, b), false) ?? emptySet;
}

function intersectionChildren(a: FieldSet, b: FieldSet): MutableSet {
  const children: MutableSet = {};
  for (const key in a) {
    const other = b[key];
    if (key === self || !other) continue;
    const both = node(intersectionChildren(a[key]!, other), isMember(a[key]!) && isMember(other));
    if (both) children[key] = both;
  }
  return children;
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (isMember(a) !== isMember(b)) return false;
  let count = 0;
  for (const key in a) {
    if (key === self) continue;
    const other = b[key];
    if (!other || !equalSets(a[key]!, other)) return false;
    count++;
  }
  for (const key in b) if (key !== self) count--;
  return count === 0;
}

/** Whether the element itself, directly under the root, is in the set. */
export function memberOf(set: FieldSet | undefined, element: string): boolean {
  const found = set?.[element];
  return found !== undefined && isMember(found);
}

/** The paths in the set, each as its elements: at every node first the members, then what lies deeper. */
export function* pathsOf(set: FieldSet, prefix: readonly string[] = []): Generator<readonly string[]> {
  const elements = Object.keys(set)
    .filter((key) => key !== self)
    .sort();
  for (const element of elements) if (isMember(set[element]!)) yield [...prefix, element];
  for (const element of elements) yield* pathsOf(set[element]!, [...prefix, element]);
}

/** Reads a set off the wire; what is no set is the empty one. */
export function setFromFieldsV1(fields: JsonObject | undefined): FieldSet {
  return (fields ?? emptySet) as FieldSet;
}
