/** What changed between two versions of an object, as sets of fields. */
import { getKey } from "../../api/mod.ts";
import { emptySet, type FieldSet, isEmptySet } from "./field-set.ts";
import { indexItems } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import {
  anyScalar,
  deduced,
  deepEqual,
  isObject,
  type JsonObject,
  type ListRules,
  type MapRules,
  resolveRules,
  type StructRules,
  type TypeRules,
} from "./type-rules.ts";
import { wholeSet } from "./whole-set.ts";

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** What an object is compared with that was not there: nobody makes its metadata. */
export const nothing: JsonObject = Object.freeze({ metadata: Object.freeze({}) });

/** Undefined where nothing changed. What lies under `ignore` is not looked at. */
export function compare(
  rules: StructRules,
  old: JsonObject,
  now: JsonObject,
  ignore: FieldSet,
): Comparison | undefined {
  const changes = compareMembers(rules, old, now, ignore);
  if (!changes) return undefined;
  const { added = emptySet, modified = emptySet, removed = emptySet } = changes;
  return { added, modified, removed };
}

/** Of one value: the empty set where it is the value itself. Most values have none, and nothing is made for them. */
interface Changes {
  added: FieldSet | undefined;
  modified: FieldSet | undefined;
  removed: FieldSet | undefined;
}

const isModified: Changes = { added: undefined, modified: emptySet, removed: undefined };
const addition = (added: FieldSet): Changes => ({ added, modified: undefined, removed: undefined });
const removal = (removed: FieldSet): Changes => ({ added: undefined, modified: undefined, removed });

/** Into `changes` itself, where there are any: nobody else has them yet. */
function withPart(changes: Changes | undefined, element: string, part: Changes): Changes {
  const target = changes ?? { added: undefined, modified: undefined, removed: undefined };
  target.added = grown(target.added, element, part.added);
  target.modified = grown(target.modified, element, part.modified);
  target.removed = grown(target.removed, element, part.removed);
  return target;
}

function grown(set: FieldSet | undefined, element: string, part: FieldSet | undefined): FieldSet | undefined {
  if (!part) return set;
  const target: { [element: string]: FieldSet } = set ?? {};
  target[element] = part;
  return target;
}

function compareMembers(
  rules: StructRules | MapRules,
  old: JsonObject | undefined,
  now: JsonObject | undefined,
  ignore: FieldSet | undefined,
): Changes | undefined {
  let changes: Changes | undefined;
  for (const key in old) if (old[key] !== now?.[key]) changes = compareMember(changes, rules, key, old, now, ignore);
  for (const key in now)
    if (!old || !Object.hasOwn(old, key)) changes = compareMember(changes, rules, key, old, now, ignore);
  return changes;
}

function compareMember(
  changes: Changes | undefined,
  rules: StructRules | MapRules,
  key: string,
  old: JsonObject | undefined,
  now: JsonObject | undefined,
  ignore: FieldSet | undefined,
): Changes | undefined {
  const field = rules.kind === "struct" ? rules.fields.get(key) : undefined;
  const type = field?.type ?? (rules.kind === "map" ? rules.value : deduced);
  const zero = field?.always ? zeroValue(type) : undefined;
  const [before, after] = [memberOf(old, key, zero), memberOf(now, key, zero)];
  if (before === after) return changes;
  return compareElement(changes, field?.element ?? fieldElement(key), type, before, after, ignore);
}

/** A null is a value, and sets the field. */
function memberOf(holder: JsonObject | undefined, key: string, zero: unknown): unknown {
  if (!holder) return undefined;
  const value = getKey(holder, key);
  return zero === undefined ? value : (value ?? zero);
}

function compareElement(
  changes: Changes | undefined,
  element: string,
  declared: TypeRules,
  old: unknown,
  now: unknown,
  ignore: FieldSet | undefined,
): Changes | undefined {
  const under = ignore?.[element];
  // Whatever is ignored is a leaf of that set.
  if (under && isEmptySet(under)) return changes;
  let part: Changes | undefined;
  if (under || (old !== undefined && now !== undefined)) part = compareValue(declared, old, now, under);
  else part = old === undefined ? addition(wholeSet(declared, now)) : removal(wholeSet(declared, old));
  return part ? withPart(changes, element, part) : changes;
}

function compareValue(declared: TypeRules, old: unknown, now: unknown, ignore?: FieldSet): Changes | undefined {
  const rules = resolveRules(declared, old, now);
  const itself = old === undefined ? addition(emptySet) : now === undefined ? removal(emptySet) : undefined;
  if (!isInParts(rules, old, now)) return itself ?? (deepEqual(old, now) ? undefined : isModified);
  const changes =
    rules.kind === "list"
      ? compareItems(rules, old as unknown[] | undefined, now as unknown[] | undefined, ignore)
      : compareMembers(rules as StructRules | MapRules, old as JsonObject, now as JsonObject, ignore);
  return itself && changes ? withPart(changes, ".", itself) : (changes ?? itself);
}

/** Whether the values are compared part by part: not where the rules take them whole, nor where they have another shape. */
function isInParts(rules: TypeRules, old: unknown, now: unknown): boolean {
  if (rules.kind === "list") return rules.listType !== "atomic" && fits(Array.isArray, old, now);
  return (rules.kind === "struct" || rules.kind === "map") && !rules.atomic && fits(isObject, old, now);
}

function fits(check: (value: unknown) => boolean, old: unknown, now: unknown): boolean {
  return (old === undefined || check(old)) && (now === undefined || check(now));
}

function compareItems(
  rules: ListRules,
  old: readonly unknown[] | undefined,
  now: readonly unknown[] | undefined,
  ignore: FieldSet | undefined,
): Changes | undefined {
  // Most lists are as they were: no need to tell their items apart.
  if (deepEqual(old, now)) return undefined;
  const before = indexItems(rules, old ?? []);
  const after = indexItems(rules, now ?? []);
  let changes: Changes | undefined;
  for (const [element, items] of before)
    changes = compareItem(changes, rules, element, items, after.get(element), ignore);
  for (const [element, items] of after)
    if (!before.has(element)) changes = compareItem(changes, rules, element, undefined, items, ignore);
  return changes;
}

function compareItem(
  changes: Changes | undefined,
  rules: ListRules,
  element: string,
  old: readonly unknown[] | undefined,
  now: readonly unknown[] | undefined,
  ignore: FieldSet | undefined,
): Changes | undefined {
  // Several items of one key cannot be told apart: they change together.
  const together = (old?.length ?? 1) > 1 || (now?.length ?? 1) > 1;
  if (together) return compareElement(changes, element, anyScalar, old, now, ignore);
  return compareElement(changes, element, rules.item, old?.[0], now?.[0], ignore);
}

export const emptyObject = Object.freeze({});
const emptyList: readonly unknown[] = Object.freeze([]);

/** What a field that is always printed holds where an object does not say. */
export function zeroValue(rules: TypeRules): unknown {
  if (rules.kind === "struct" || rules.kind === "map") return emptyObject;
  if (rules.kind === "list") return emptyList;
  if (rules.kind === "deduced" || rules.type === "any") return undefined;
  return rules.type === "string" ? "" : rules.type === "number" ? 0 : false;
}
