/** What a conversion webhook may have made of an object: anything but another object, and of its metadata only labels and annotations. */
import type { KubernetesObject, metav1 } from "../../api/mod.ts";
import { isObject } from "../apply/type-rules.ts";
import type { FieldError } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import { validateAnnotations, validateLabels } from "../validation/object-meta.ts";

type Texts = Readonly<Record<string, string>>;

/** Why a converted object is refused, as it follows on `conversion webhook for KIND returned `. */
export class InvalidObject extends Error {}

/** Throws `InvalidObject` where it is not what was asked for. */
export function checkVersion(converted: KubernetesObject, apiVersion: string, kind: string, position: number): void {
  const at = `invalid object at index ${position}`;
  const { apiVersion: version = "", kind: given = "" } = converted;
  if (version !== apiVersion)
    throw new InvalidObject(`${at}: invalid groupVersion (expected ${apiVersion}, received ${version})`);
  if (given !== kind) throw new InvalidObject(`${at}: invalid kind (expected ${kind}, received ${given})`);
}

/** The converted object with the metadata of the original, but for labels and annotations. Throws `InvalidObject`. */
export function withOriginalMetadata(original: KubernetesObject, converted: KubernetesObject): KubernetesObject {
  const given = (isObject(converted.metadata) ? converted.metadata : {}) as Partial<metav1.ObjectMeta>;
  checkIdentity(original.metadata, given);
  const labels = textsOf(given.labels, "labels");
  const annotations = textsOf(given.annotations, "annotations");
  refuse(validateLabels(labels, field("metadata", "labels")));
  refuse(validateAnnotations(annotations, field("metadata", "annotations")));
  const { labels: _labels, annotations: _annotations, ...kept } = original.metadata;
  return { ...converted, metadata: { ...kept, ...(labels && { labels }), ...(annotations && { annotations }) } };
}

function checkIdentity(original: metav1.ObjectMeta, given: Partial<metav1.ObjectMeta>): void {
  for (const [key, shown] of [
    ["name", "name"],
    ["namespace", "namespace"],
    ["uid", "UID"],
  ] as const) {
    const [before, now] = [original[key] ?? "", given[key] ?? ""];
    if (before !== now) throw new InvalidObject(`invalid object: must have the same ${shown}: ${before} != ${now}`);
  }
}

function textsOf(given: unknown, name: string): Texts | undefined {
  if (given === undefined || given === null) return undefined;
  if (!isObject(given))
    throw new InvalidObject(`invalid metadata: metadata.${name} must be a map, in converted object`);
  for (const [key, value] of Object.entries(given)) {
    if (typeof value === "string") continue;
    throw new InvalidObject(
      `invalid metadata: metadata.${name}[${key}] must be a string, but is ${typeName(value)} in converted object`,
    );
  }
  return given as Texts;
}

function typeName(value: unknown): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : "map[string]interface {}";
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  const texts = errors.map(({ field: at, message }) => `${at}: ${message}`);
  throw new InvalidObject(`invalid metadata: ${texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`}`);
}
