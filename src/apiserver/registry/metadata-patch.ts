/**
 * Most patches change labels, annotations, finalizers or owners: of an object so patched only the metadata is read anew, and it shares the rest
 * with the present one.
 */
import { clone, decodeIfClean, type KubernetesObject, type Message } from "../../api/mod.ts";
import { isObject, type JsonObject } from "../apply/type-rules.ts";
import { differsInMetadataAlone } from "./cache/stored-form.ts";
import { sharesParts } from "./present-object.ts";
import type { View } from "./view.ts";

/** Whose fields are whose is left as it is. */
export function keepsOwners(live: KubernetesObject, outcome: unknown): boolean {
  if (!isObject(outcome) || !isObject(outcome["metadata"])) return false;
  return outcome["metadata"]["managedFields"] === live.metadata.managedFields;
}

/**
 * `outcome`, undecoded, with its metadata decoded, but for managed fields, which are taken as they are. Nothing where it has other parts than
 * `live`, where the metadata is not all sound, or where objects of the kind are not served as they are stored.
 */
export function withPatchedMetadata(
  view: View,
  live: KubernetesObject,
  outcome: unknown,
): KubernetesObject | undefined {
  if (!sharesParts(view) || !isObject(outcome)) return undefined;
  const { metadata } = outcome;
  if (!isObject(metadata) || !differsInMetadataAlone(outcome, live)) return undefined;
  const read = readMetadata(view.kind.schema as Message<KubernetesObject>, live, metadata);
  return read && ({ ...outcome, metadata: read } as unknown as KubernetesObject);
}

/** The keys stay in their order: a patch that changes nothing is known by the bytes that it would store. */
function readMetadata(
  schema: Message<KubernetesObject>,
  { apiVersion, kind }: KubernetesObject,
  metadata: JsonObject,
): JsonObject | undefined {
  const { managedFields, ...others } = metadata;
  const given = Object.keys(others).length;
  const read = decodeIfClean(schema, { apiVersion, kind, metadata: clone(others) } as unknown as KubernetesObject);
  const found = read?.metadata as unknown as JsonObject | undefined;
  if (!found || Object.keys(found).length !== given) return undefined;
  const target: JsonObject = { ...metadata };
  for (const key in target) if (key !== "managedFields") target[key] = found[key];
  return target;
}
