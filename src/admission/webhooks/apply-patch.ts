/** What a mutating webhook makes of an object. */
import { isDeepStrictEqual } from "node:util";
import {
  applyDefaults,
  applyJsonPatch,
  clone,
  decodeJson,
  type JsonPatchOperation,
  type KubernetesObject,
  type Message,
} from "../../api/mod.ts";
import { CallFailure, cannotChange, internalError } from "./refusals.ts";
import type { ReviewResponse } from "./review.ts";

function operationsOf(patch: string): readonly JsonPatchOperation[] {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(patch, "base64").toString("utf8"));
  } catch (error) {
    throw internalError((error as Error).message);
  }
  if (value === null) return [];
  if (Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null)) return value;
  const type = Array.isArray(value) ? "array" : typeof value;
  throw internalError(`json: cannot unmarshal ${type} into Go value of type jsonpatch.Patch`);
}

function decode(schema: Message | undefined, patched: unknown): KubernetesObject {
  if (!schema) return clone(patched) as KubernetesObject;
  const object = decodeJson(schema as Message<KubernetesObject>, JSON.stringify(patched), { validation: "Ignore" });
  return applyDefaults(schema as Message<KubernetesObject>, object);
}

export interface PatchTarget {
  readonly webhook: string;
  /** Absent: nothing to patch, in a deletion for one. */
  readonly object: KubernetesObject | undefined;
  /** Absent: an object of no declared shape. */
  readonly schema: Message | undefined;
}

/** The object as the webhook wants it, with defaults; nothing where it wants it as it is. */
export function applyResponse(
  { patch, patchType }: ReviewResponse,
  { webhook, object, schema }: PatchTarget,
): KubernetesObject | undefined {
  if (!patch) return undefined;
  if (patchType !== "JSONPatch") throw new CallFailure(webhook, `unsupported patch type ${JSON.stringify(patchType)}`);
  const operations = operationsOf(patch);
  if (operations.length === 0) return undefined;
  if (!object) throw cannotChange(webhook);
  try {
    const patched = decode(schema, applyJsonPatch(object, operations));
    return isDeepStrictEqual(patched, object) ? undefined : patched;
  } catch (error) {
    throw internalError((error as Error).message);
  }
}
