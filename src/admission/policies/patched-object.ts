/** The object that a mutation has made, as one that a client could have sent. */
import { applyDefaults, clone, decodeJson, type KubernetesObject, type Message, normalize } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { internalError } from "../webhooks/refusals.ts";
import { kindOf } from "../webhooks/versioned.ts";

type Resource = AdmissionAttributes["resource"];

function schemaOf(attributes: AdmissionAttributes, resource: Resource): Message<KubernetesObject> | undefined {
  return kindOf(attributes, resource).schema as Message<KubernetesObject> | undefined;
}

/** Throws a `StatusError` (500) where the object is none of its kind any more. */
export function decodePatched(made: KubernetesObject, attributes: AdmissionAttributes, resource: Resource) {
  const schema = schemaOf(attributes, resource);
  if (!schema) return made;
  try {
    return decodeJson(schema, JSON.stringify(made), { validation: "Strict" });
  } catch (error) {
    throw internalError((error as Error).message.replace(/^.* cannot be handled as an? \w+: /, ""));
  }
}

/** A copy that belongs to the request. */
export function withDefaults(made: KubernetesObject, attributes: AdmissionAttributes, resource: Resource) {
  const schema = schemaOf(attributes, resource);
  const own = clone(made);
  return schema ? normalize(schema, applyDefaults(schema, own)) : own;
}
