/** JSON merge patch, RFC 7386. */
import { getKey, setKey } from "../../api/mod.ts";
import { isObject, type JsonObject } from "../apply/type-rules.ts";
import { jsonTypeName, PatchError } from "./patch-error.ts";

/** A new object; parts that the patch does not name are shared with the original. */
export function mergePatch(original: JsonObject, patch: unknown): JsonObject {
  if (patch === null) throw new PatchError("BadRequest", "Invalid JSON Patch");
  if (!isObject(patch)) {
    const type = jsonTypeName(patch);
    const target = "map[string]interface {}";
    throw new PatchError(
      "BadRequest",
      `error decoding patch: json: cannot unmarshal ${type} into Go value of type ${target}`,
    );
  }
  return mergeObject(original, patch);
}

function mergeObject(original: unknown, patch: JsonObject): JsonObject {
  const result: JsonObject = isObject(original) ? { ...original } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setKey(result, key, isObject(value) ? mergeObject(getKey(result, key), value) : value);
  }
  return result;
}
