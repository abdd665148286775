/** JSON patch as clients send it to the server: its size is bounded, and what does not fit the object is told in one sentence. */
import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from "../../api/mod.ts";
import { isObject, type JsonObject } from "../apply/type-rules.ts";
import { jsonTypeName, PatchError, unprocessableText } from "./patch-error.ts";

const maximumOperations = 10_000;

/** A new object; parts that no operation touches are shared with the original. Throws `PatchError`. */
export function jsonPatch(original: JsonObject, patch: unknown): unknown {
  const operations = checkOperations(patch);
  try {
    return applyJsonPatch(original, operations);
  } catch (error) {
    throw error instanceof JsonPatchError ? new PatchError("Unprocessable", unprocessableText) : error;
  }
}

function goTypeName(value: unknown): string {
  return isObject(value) ? "object" : jsonTypeName(value);
}

function checkOperations(patch: unknown): readonly JsonPatchOperation[] {
  if (patch === null) return [];
  const decodes = (type: string, into: string) =>
    new PatchError("BadRequest", `error decoding patch: json: cannot unmarshal ${type} into Go value of type ${into}`);
  if (!Array.isArray(patch)) throw decodes(jsonTypeName(patch), "[]handlers.jsonPatchOp");
  if (patch.length > maximumOperations) {
    const text = `The allowed maximum operations in a JSON patch is ${maximumOperations}, got ${patch.length}`;
    throw new PatchError("RequestEntityTooLarge", `Request entity too large: ${text}`);
  }
  const wrong = patch.find((operation) => operation !== null && !isObject(operation));
  if (wrong !== undefined) throw decodes(jsonTypeName(wrong), "handlers.jsonPatchOp");
  if (patch.includes(null)) throw new PatchError("Unprocessable", unprocessableText);
  for (const operation of patch as JsonObject[])
    for (const key of ["op", "path", "from"]) {
      const value = operation[key] ?? "";
      if (typeof value !== "string")
        throw new PatchError(
          "BadRequest",
          `error decoding patch: json: cannot unmarshal ${goTypeName(value)} into Go struct field jsonPatchOp.${key} of type string`,
        );
    }
  return patch as readonly JsonPatchOperation[];
}
