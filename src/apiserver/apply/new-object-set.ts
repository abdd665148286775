/** What the maker of an object owns: what `compare` finds between nothing and the object, in order, in one walk without sets in between. */
import { givenEmpty } from "../../api/mod.ts";
import { isWhole, nothing, zeroValue } from "./compare.ts";
import { emptySet, type FieldSet, isEmptySet } from "./field-set.ts";
import { indexItems } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import {
  alwaysFields,
  deduced,
  deepEqual,
  type JsonObject,
  type ListRules,
  type MapRules,
  type StructRules,
  type TypeRules,
} from "./type-rules.ts";
import { wholeSet } from "./whole-set.ts";

type MutableSet = { [element: string]: FieldSet };

const simple = new WeakMap<FieldSet, boolean>();

/** Whether only whole fields, and whole fields of the metadata, are ignored: all that this walk understands. */
export function isSimple(ignore: FieldSet): boolean {
  let answer = simple.get(ignore);
  if (answer === undefined) {
    const { "f:metadata": metadata = emptySet, ...others } = ignore;
    answer = [...Object.values(metadata), ...Object.values(others)].every(isEmptySet);
    simple.set(ignore, answer);
  }
  return answer;
}

/** `ignore` must be simple. The empty set: nothing is owned. */
export function newObjectSet(rules: StructRules, object: JsonObject, ignore: FieldSet): FieldSet {
  return members(rules, nothing, object, ignore) ?? emptySet;
}

/** Of a struct or map that was there with nothing in it, so that nobody made the thing itself. */
function members(
  rules: StructRules | MapRules,
  old: JsonObject,
  now: JsonObject,
  ignore: FieldSet,
): FieldSet | undefined {
  let set: MutableSet | undefined;
  const sentEmpty = rules.kind === "struct" ? emptyLists(rules, now) : none;
  for (const key of keysOf(now, sentEmpty)) {
    const field = rules.kind === "struct" ? rules.fields.get(key) : undefined;
    const element = field?.element ?? fieldElement(key);
    const under = ignore[element];
    if (under && isEmptySet(under)) continue;
    const type = field?.type ?? (rules.kind === "map" ? rules.value : deduced);
    const zero = field?.always ? zeroValue(type) : undefined;
    // A null is a value, but for a field that is always printed.
    const after = zero === undefined ? now[key] : (now[key] ?? zero);
    const part = sentEmpty.includes(key) ? emptySet : member(type, old[key] ?? zero, after, under ?? emptySet);
    if (!part) continue;
    set ??= {};
    set[element] = part;
  }
  return set;
}

function keysOf(now: JsonObject, more: readonly string[]): string[] {
  const keys = Object.keys(now);
  return (more.length === 0 ? keys : [...new Set([...keys, ...more])]).sort();
}

const none: readonly string[] = [];

/** Required lists that a client sent with nothing in them: upstream tells them from those that were not sent. */
function emptyLists(rules: StructRules, now: JsonObject): readonly string[] {
  const names = alwaysFields(rules);
  if (names.length === 0) return none;
  return names.filter((name) => isNothing(now[name]) && Array.isArray(givenEmpty(now, name)));
}

function isNothing(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function member(rules: TypeRules, before: unknown, after: unknown, ignore: FieldSet): FieldSet | undefined {
  if (after === undefined || after === before) return undefined;
  if (before === undefined) return wholeSet(rules, after);
  if (isWhole(rules, before, after)) return deepEqual(before, after) ? undefined : emptySet;
  if (rules.kind === "list") return items(rules, after as readonly unknown[]);
  return members(rules as StructRules | MapRules, before as JsonObject, after as JsonObject, ignore);
}

function items(rules: ListRules, list: readonly unknown[]): FieldSet {
  const set: MutableSet = {};
  const index = indexItems(rules, list);
  for (const element of [...index.keys()].sort()) {
    const same = index.get(element)!;
    set[element] = same.length > 1 ? emptySet : wholeSet(rules.item, same[0]);
  }
  return set;
}
