/** JSON patches as mutating policies make them. Where what they replace is not there it is added; a test that fails leaves all as it was. */
import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from "../../api/mod.ts";

/** Throws `JsonPatchError`. */
export function applyOperations<T>(original: T, operations: readonly JsonPatchOperation[]): T {
  let document: unknown = original;
  for (const operation of operations) {
    if (isFailedTest(document, operation)) return original;
    document = applyOne(document, operation);
  }
  return document as T;
}

function applyOne(document: unknown, operation: JsonPatchOperation): unknown {
  const { op, path = "" } = operation;
  if (typeof path === "string" && !path.startsWith("/") && isKnown(op))
    throw new JsonPatchError(
      `${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`,
    );
  try {
    return applyJsonPatch(document, [operation]);
  } catch (error) {
    if (op === "replace" && isMissingKey(error)) return applyJsonPatch(document, [{ ...operation, op: "add" }]);
    throw error;
  }
}

function isKnown(op: unknown): boolean {
  return ["add", "remove", "replace", "move", "copy", "test"].includes(String(op));
}

function isMissingKey(error: unknown): boolean {
  return error instanceof JsonPatchError && error.message.includes("doc is missing key");
}

function isFailedTest(document: unknown, operation: JsonPatchOperation): boolean {
  if (operation.op !== "test") return false;
  try {
    applyJsonPatch(document, [operation]);
    return false;
  } catch (error) {
    return error instanceof JsonPatchError && error.message.endsWith("test failed");
  }
}
