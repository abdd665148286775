/**
 * Strategic merge patch: a merge patch that knows by the type which lists are merged by key, and that carries directives among its keys.
 * `$patch` replaces or deletes, `$retainKeys` drops members not listed, `$setElementOrder/list` orders, `$deleteFromPrimitiveList/list`
 * takes scalars out.
 */
import { getKey, setKey } from "../../api/mod.ts";
import {
  anyScalar,
  deduced,
  type FieldRules,
  isObject,
  type JsonObject,
  type StructRules,
  type TypeRules,
} from "../apply/type-rules.ts";
import { printGo } from "../apply/validate-config.ts";
import { jsonTypeName, PatchError } from "./patch-error.ts";
import { goKind } from "./restore-problem.ts";
import { deleteScalars, keyOf, mergeList, orderList } from "./strategic-list.ts";

const orderPrefix = "$setElementOrder/";
const deletePrefix = "$deleteFromPrimitiveList/";
const retainKeys = "$retainKeys";

/** A new object; parts that the patch does not name are shared with the original. Throws `PatchError`. */
export function strategicMergePatch(rules: StructRules, original: JsonObject, patch: unknown): JsonObject {
  if (patch === null) return original;
  if (!isObject(patch)) {
    const text = `json: cannot unmarshal ${jsonTypeName(patch)} into Go value of type map[string]interface {}`;
    throw new PatchError("BadRequest", text);
  }
  return mergeMap(rules, original, patch);
}

export function mergeMap(rules: TypeRules, original: JsonObject, patch: JsonObject): JsonObject {
  if ("$patch" in patch) return replaceOrDelete(patch);
  const result = retainListed(original, patch);
  for (const [key, value] of Object.entries(patch)) {
    if (key === retainKeys) continue;
    if (key.startsWith(deletePrefix)) deleteFromList(result, key.slice(deletePrefix.length), value);
    else if (key.startsWith(orderPrefix)) {
      const name = key.slice(orderPrefix.length);
      if (!(name in patch)) order(rules, result, name, value);
    } else mergeMember(rules, result, key, patch);
  }
  return result;
}

function replaceOrDelete(patch: JsonObject): JsonObject {
  const { $patch: directive, ...rest } = patch;
  if (directive === "replace") return rest;
  if (directive === "delete") return {};
  throw new PatchError("Plain", `unknown patch type: ${printGo(directive)} in map: ${printGo(patch)}`);
}

/** A copy to change, of which only the listed members are left where the patch lists any. */
function retainListed(original: JsonObject, patch: JsonObject): JsonObject {
  if (!(retainKeys in patch)) return { ...original };
  const listed = patch[retainKeys];
  if (!Array.isArray(listed)) throw new PatchError("BadRequest", "invalid patch format of retainKeys");
  const unlisted = (key: string) => !key.startsWith("$") && patch[key] !== null && !listed.includes(key);
  if (Object.keys(patch).some(unlisted)) throw new PatchError("BadRequest", "invalid patch format of retainKeys");
  return Object.fromEntries(Object.entries(original).filter(([key]) => listed.includes(key)));
}

function fieldOf(rules: TypeRules, key: string): FieldRules | undefined {
  return rules.kind === "struct" ? rules.fields.get(key) : undefined;
}

function typeOf(rules: TypeRules, key: string): TypeRules {
  if (rules.kind === "map") return rules.value;
  return fieldOf(rules, key)?.type ?? deduced;
}

function deleteFromList(result: JsonObject, key: string, values: unknown): void {
  const list = result[key];
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  const [one, other] = [list.find(isThere), values.find(isThere)];
  if (one !== undefined && other !== undefined && typeof one !== typeof other)
    throw new PatchError("Plain", `list element types are not identical: ${printGo([list, values])}`);
  result[key] = deleteScalars(list, values);
}

const isThere = (value: unknown) => value !== undefined && value !== null;

/** An order for a list that the patch does not change otherwise. */
function order(rules: TypeRules, result: JsonObject, key: string, wanted: unknown): void {
  if (!Array.isArray(wanted)) throw expectedList(wanted);
  const list = result[key];
  if (!Array.isArray(list)) return;
  const mergeKey = fieldOf(rules, key)?.patchMergeKey;
  if (mergeKey !== undefined)
    for (const [position, item] of wanted.entries()) {
      if (!isObject(item)) throw new PatchError("Plain", `value for key ${position} is not a map`);
      keyOf(item, mergeKey);
    }
  result[key] = orderList(list, [], wanted, mergeKey);
}

function expectedList(found: unknown): PatchError {
  const type = isObject(found) ? "map[string]interface {}" : jsonTypeName(found);
  return new PatchError("Plain", `expected a []interface {}, but received a ${type}`);
}

function mergeMember(rules: TypeRules, result: JsonObject, key: string, patch: JsonObject): void {
  const [before, value] = [getKey(result, key), patch[key]];
  if (value === null) {
    delete result[key];
    return;
  }
  const type = typeOf(rules, key);
  const strategy = fieldOf(rules, key)?.patchStrategy ?? [];
  checkShape(type, value);
  if (before === undefined || before === null) {
    const taken = withoutDirectives(value);
    if (taken !== undefined) setKey(result, key, taken);
  } else if (isObject(value)) {
    const base = isObject(before) && !strategy.includes("replace") ? before : {};
    result[key] = mergeMap(type, base, value);
  } else if (Array.isArray(value) && strategy.includes("merge")) {
    const wanted = patch[`${orderPrefix}${key}`];
    if (wanted !== undefined && !Array.isArray(wanted)) throw expectedList(wanted);
    const item = type.kind === "list" ? type.item : anyScalar;
    const mergeKey = fieldOf(rules, key)?.patchMergeKey;
    result[key] = mergeList({ item, mergeKey, order: wanted, mergeMap }, Array.isArray(before) ? before : [], value);
  } else result[key] = value;
}

/** Where there is nothing to merge with, a value is taken as it is, and what is to steer the merge is not taken at all. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if ("$patch" in value) return undefined;
  const members = Object.entries(value).filter(
    ([key, member]) =>
      member !== null && key !== retainKeys && !key.startsWith(orderPrefix) && !key.startsWith(deletePrefix),
  );
  const taken = members.map(([key, member]) => [key, withoutDirectives(member)] as const);
  return Object.fromEntries(taken.filter(([, member]) => member !== undefined));
}

/** What has another shape than the kind's own cannot be put back into it. */
function checkShape(type: TypeRules, value: unknown): void {
  if (type.kind === "struct" && !isObject(value))
    throw new PatchError("Invalid", `cannot restore struct from: ${goKind(value)}`);
  if (type.kind === "map" && !isObject(value))
    throw new PatchError("Invalid", `cannot restore map from ${goKind(value)}`);
  if (type.kind === "list" && !Array.isArray(value))
    throw new PatchError("Invalid", `cannot restore slice from ${goKind(value)}`);
}
