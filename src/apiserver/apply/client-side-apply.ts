/** The move from client-side apply, which keeps its last configuration in an annotation. */
import { type KubernetesObject, sortKeys } from "../../api/mod.ts";
import { compare } from "./compare.ts";
import { difference, emptySet, type FieldSet, union } from "./field-set.ts";
import { ownedFields } from "./owned-fields.ts";
import { isObject, type JsonObject, type StructRules } from "./type-rules.ts";

const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
/** Above this an annotation is dropped instead of kept current. */
const annotationsMaximumBytes = 256 * 1024;

/** The fields that the last client-side apply set and that still have the values it gave them. */
export function allowedByClientSideApply(rules: StructRules, live: KubernetesObject): FieldSet {
  const text = live.metadata.annotations?.[lastAppliedAnnotation];
  const last = text === undefined ? undefined : parse(text);
  if (!last) return emptySet;
  const named = ownedFields(rules, last, emptySet);
  const changes = compare(rules, last, live as unknown as JsonObject, emptySet);
  return changes ? difference(named, union(changes.modified, changes.removed)) : named;
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the annotation current where an object has it, so that its user can go back to client-side apply. */
export function withLastApplied(object: KubernetesObject, config: JsonObject): KubernetesObject {
  const annotations = object.metadata.annotations;
  if (!annotations?.[lastAppliedAnnotation]) return object;
  const text = `${JSON.stringify(sortKeys(withoutAnnotation(config)))}\n`;
  const { [lastAppliedAnnotation]: _dropped, ...others } = annotations;
  const fits = Buffer.byteLength(JSON.stringify(others)) + text.length < annotationsMaximumBytes;
  const kept = fits ? { ...others, [lastAppliedAnnotation]: text } : others;
  return { ...object, metadata: { ...object.metadata, annotations: kept } };
}

function withoutAnnotation(config: JsonObject): JsonObject {
  const metadata = config["metadata"];
  if (!isObject(metadata) || !isObject(metadata["annotations"])) return config;
  const { [lastAppliedAnnotation]: _dropped, ...annotations } = metadata["annotations"];
  return { ...config, metadata: { ...metadata, annotations } };
}
