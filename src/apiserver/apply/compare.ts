/** What changed between two versions of an object, as sets of fields. */
import { emptySet, type FieldSet, FieldSetBuilder, isEmptySet } from "./field-set.ts";
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
  const walker = new Comparer();
  walker.members(rules, old, now, ignore);
  return walker.result();
}

class Comparer {
  readonly #added = new FieldSetBuilder();
  readonly #modified = new FieldSetBuilder();
  readonly #removed = new FieldSetBuilder();
  readonly #path: string[] = [];

  result(): Comparison | undefined {
    if (this.#added.isEmpty && this.#modified.isEmpty && this.#removed.isEmpty) return undefined;
    return { added: this.#added.build(), modified: this.#modified.build(), removed: this.#removed.build() };
  }

  #descend(element: string, declared: TypeRules, old: unknown, now: unknown, ignore: FieldSet): void {
    const under = ignore[element];
    // Whatever is ignored is a leaf of that set.
    if (under && isEmptySet(under)) return;
    this.#path.push(element);
    if (under || (old !== undefined && now !== undefined)) this.#value(declared, old, now, under ?? emptySet);
    else if (old === undefined) this.#added.graft(this.#path, wholeSet(declared, now));
    else this.#removed.graft(this.#path, wholeSet(declared, old));
    this.#path.pop();
  }

  #value(declared: TypeRules, old: unknown, now: unknown, ignore: FieldSet): void {
    const rules = resolveRules(declared, old, now);
    if (isWhole(rules, old, now)) {
      this.#leaf(old, now);
      return;
    }
    if (rules.kind === "list") this.#items(rules, old as unknown[] | undefined, now as unknown[] | undefined, ignore);
    else this.members(rules as StructRules | MapRules, old as JsonObject, now as JsonObject, ignore);
    if (old === undefined) this.#added.insert(this.#path);
    else if (now === undefined) this.#removed.insert(this.#path);
  }

  #leaf(old: unknown, now: unknown): void {
    if (old === undefined) {
      if (now !== undefined) this.#added.insert(this.#path);
    } else if (now === undefined) this.#removed.insert(this.#path);
    else if (!deepEqual(old, now)) this.#modified.insert(this.#path);
  }

  members(
    rules: StructRules | MapRules,
    old: JsonObject | undefined,
    now: JsonObject | undefined,
    ignore: FieldSet,
  ): void {
    for (const key in old) this.#member(rules, key, old, now, ignore);
    for (const key in now) if (!old || !(key in old)) this.#member(rules, key, old, now, ignore);
  }

  #member(
    rules: StructRules | MapRules,
    key: string,
    old: JsonObject | undefined,
    now: JsonObject | undefined,
    ignore: FieldSet,
  ): void {
    let before: unknown = old?.[key];
    // A null is a value, and sets the field.
    let after: unknown = now?.[key];
    if (before === after) return;
    const field = rules.kind === "struct" ? rules.fields.get(key) : undefined;
    const type = field?.type ?? (rules.kind === "map" ? rules.value : deduced);
    if (field?.always) {
      if (old) before ??= zeroValue(type);
      if (now) after ??= zeroValue(type);
    }
    if (before !== after) this.#descend(field?.element ?? fieldElement(key), type, before, after, ignore);
  }

  #items(rules: ListRules, old: unknown[] | undefined, now: unknown[] | undefined, ignore: FieldSet): void {
    // Most lists are as they were: no need to tell their items apart.
    if (deepEqual(old, now)) return;
    const before = indexItems(rules, old ?? []);
    const after = indexItems(rules, now ?? []);
    for (const [element, items] of before) this.#item(rules, element, items, after.get(element), ignore);
    for (const [element, items] of after)
      if (!before.has(element)) this.#item(rules, element, undefined, items, ignore);
  }

  #item(
    rules: ListRules,
    element: string,
    old: unknown[] | undefined,
    now: unknown[] | undefined,
    ignore: FieldSet,
  ): void {
    // Several items of one key cannot be told apart: they change together.
    const together = (old?.length ?? 1) > 1 || (now?.length ?? 1) > 1;
    if (together) this.#descend(element, anyScalar, old, now, ignore);
    else this.#descend(element, rules.item, old?.[0], now?.[0], ignore);
  }
}

/** Whether the values are compared in one: by the rules, by their shape, or because there is nothing in them. */
export function isWhole(rules: TypeRules, old: unknown, now: unknown): boolean {
  if (rules.kind === "scalar" || rules.kind === "deduced") return true;
  const whole = rules.kind === "list" ? rules.listType === "atomic" : rules.atomic;
  const shaped = rules.kind === "list" ? Array.isArray : isObject;
  return whole || !fits(shaped, old, now) || (isEmpty(old) && isEmpty(now));
}

function fits(check: (value: unknown) => boolean, old: unknown, now: unknown): boolean {
  return (old === undefined || check(old)) && (now === undefined || check(now));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined) return true;
  for (const _ in value as object) return false;
  return true;
}

const emptyObject = Object.freeze({});
const emptyList: readonly unknown[] = Object.freeze([]);

/** What a field that is always printed holds where an object does not say. */
export function zeroValue(rules: TypeRules): unknown {
  if (rules.kind === "struct" || rules.kind === "map") return emptyObject;
  if (rules.kind === "list") return emptyList;
  if (rules.kind === "deduced" || rules.type === "any") return undefined;
  return rules.type === "string" ? "" : rules.type === "number" ? 0 : false;
}
