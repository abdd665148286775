/** What the maker of an object owns: what `compare` finds between nothing and the object, in one walk without sets in between. */
import { givenEmpty } from "../../api/mod.ts";
import { emptyObject, zeroValue } from "./compare.ts";
import { emptySet, type FieldSet, isEmptySet } from "./field-set.ts";
import { fieldElement } from "./path-element.ts";
import { SetChain } from "./set-chain.ts";
import {
  alwaysFields,
  deduced,
  deepEqual,
  isObject,
  type JsonObject,
  type MapRules,
  type StructRules,
  type TypeRules,
} from "./type-rules.ts";
import { wholeChain, wholeItems } from "./whole-set.ts";

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
  return members(rules, object, ignore).set;
}

/** Of a struct or map that was there with nothing in it, so that nobody made the thing itself. */
function members(rules: StructRules | MapRules, now: JsonObject, ignore?: FieldSet): SetChain {
  let chain = SetChain.empty;
  for (const key in now) {
    // Read here and once: V8 gives up its code again and again where one of several such reads is seldom come to.
    const given = now[key];
    const field = rules.kind === "struct" ? rules.fields.get(key) : undefined;
    const element = field?.element ?? fieldElement(key);
    const under = ignore?.[element];
    if (under && isEmptySet(under)) continue;
    const type = field?.type ?? (rules.kind === "map" ? rules.value : deduced);
    // Of what is ignored in part, the metadata, nobody makes the thing itself either.
    const zero = under ? emptyObject : field?.always ? zeroValue(type) : undefined;
    // A null is a value, but for a field that is always printed.
    const part = member(type, zero, zero === undefined ? given : (given ?? zero), under);
    if (part) chain = chain.with(element, part);
  }
  return rules.kind === "struct" ? withEmptyLists(chain, rules, now, ignore) : chain;
}

/** Required lists that a client sent with nothing in them: upstream tells them from those that were not sent. */
function withEmptyLists(start: SetChain, rules: StructRules, now: JsonObject, ignore?: FieldSet): SetChain {
  let chain = start;
  for (const name of alwaysFields(rules)) {
    if (!isNothing(now[name]) || !Array.isArray(givenEmpty(now, name))) continue;
    const element = fieldElement(name);
    if (!ignore?.[element]) chain = chain.with(element, SetChain.empty);
  }
  return chain;
}

function isNothing(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

/** Undefined where there is nothing new. */
function member(rules: TypeRules, zero: unknown, now: unknown, ignore?: FieldSet): SetChain | undefined {
  if (now === undefined || now === zero) return undefined;
  if (zero === undefined) return wholeChain(rules, now);
  if ((rules.kind === "struct" || rules.kind === "map") && !rules.atomic && isObject(now)) {
    const found = members(rules, now, ignore);
    return found === SetChain.empty ? undefined : found;
  }
  if (rules.kind === "list" && rules.listType !== "atomic" && Array.isArray(now))
    return now.length === 0 ? undefined : wholeItems(SetChain.empty, rules, now);
  return deepEqual(zero, now) ? undefined : SetChain.empty;
}
