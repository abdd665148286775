/** Rules for metadata that hold for every kind. */
import { dns1123LabelProblems, labelValueProblems, type metav1, qualifiedNameProblems } from "../../api/mod.ts";
import { type FieldError, forbidden, invalid, required, tooLong } from "./field-error.ts";
import type { FieldPath } from "./field-path.ts";
import { type NameRule, subdomainName } from "./name-rules.ts";

/** Keys and values of all annotations of an object together, in bytes. */
const annotationsMaximumBytes = 256 * 1024;
const fieldManagerMaximumBytes = 128;
const subresourceMaximumBytes = 256;
export const immutableText = "field is immutable";

export interface ObjectMetaRules {
  readonly namespaced: boolean;
  readonly validateName?: NameRule;
  /** The name was checked when the object was made: rules for names may have become stricter since. */
  readonly nameGiven?: boolean;
  /** Finalizers need not have a domain. */
  readonly plainFinalizers?: boolean;
}

type Meta = Partial<metav1.ObjectMeta>;

/** `path` is that of the metadata. */
export function validateObjectMeta(meta: Meta, rules: ObjectMetaRules, path: FieldPath): FieldError[] {
  const errors = [...validateNames(meta, rules, path), ...validateNamespace(meta, rules, path)];
  if (meta.generation !== undefined && meta.generation < 0)
    errors.push(invalid(path.child("generation"), meta.generation, "must be greater than or equal to 0"));
  errors.push(
    ...validateLabels(meta.labels, path.child("labels")),
    ...validateAnnotations(meta.annotations, path.child("annotations")),
    ...validateOwnerReferences(meta.ownerReferences, path.child("ownerReferences")),
    ...validateFinalizers(meta.finalizers, rules.plainFinalizers === true, path.child("finalizers")),
    ...validateManagers(meta.managedFields, path.child("managedFields")),
  );
  return errors;
}

function validateNames(meta: Meta, rules: ObjectMetaRules, path: FieldPath): FieldError[] {
  const rule = rules.validateName ?? subdomainName;
  const errors: FieldError[] = [];
  if (meta.generateName)
    for (const message of rule(meta.generateName, true))
      errors.push(invalid(path.child("generateName"), meta.generateName, message));
  if (rules.nameGiven) return errors;
  if (!meta.name) return [...errors, required(path.child("name"), "name or generateName is required")];
  for (const message of rule(meta.name, false)) errors.push(invalid(path.child("name"), meta.name, message));
  return errors;
}

function validateNamespace(meta: Meta, rules: ObjectMetaRules, path: FieldPath): FieldError[] {
  const where = path.child("namespace");
  if (!rules.namespaced) return meta.namespace ? [forbidden(where, "not allowed on this type")] : [];
  if (!meta.namespace) return [required(where)];
  return dns1123LabelProblems(meta.namespace).map((message) => invalid(where, meta.namespace, message));
}

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of Object.keys(labels ?? {}).sort()) {
    const value = labels![key]!;
    for (const message of qualifiedNameProblems(key)) errors.push(invalid(path, key, message));
    for (const message of labelValueProblems(value)) errors.push(invalid(path, value, message));
  }
  return errors;
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const key of Object.keys(annotations ?? {}).sort()) {
    // Case was free in annotation keys before the rule came.
    for (const message of qualifiedNameProblems(key.toLowerCase())) errors.push(invalid(path, key, message));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations![key]!);
  }
  if (bytes > annotationsMaximumBytes) errors.push(tooLong(path, annotationsMaximumBytes));
  return errors;
}

function validateOwnerReferences(
  references: readonly metav1.OwnerReference[] | undefined,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  let controller: metav1.OwnerReference | undefined;
  for (const reference of references ?? []) {
    errors.push(...validateOwnerReference(reference, path));
    if (!reference.controller) continue;
    if (controller) {
      const found = `${controller.kind}/${controller.name} and ${reference.kind}/${reference.name}`;
      const text = `Only one reference can have Controller set to true. Found "true" in references for ${found}`;
      errors.push(invalid(path, references, text));
    } else controller = reference;
  }
  return errors;
}

function validateOwnerReference(reference: metav1.OwnerReference, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const parts = reference.apiVersion.split("/");
  // What is no group and version at all has neither.
  const [group = "", version = ""] = parts.length === 1 ? ["", ...parts] : parts.length === 2 ? parts : [];
  if (version === "") errors.push(invalid(path.child("apiVersion"), reference.apiVersion, "version must not be empty"));
  for (const key of ["kind", "name", "uid"] as const)
    if (!reference[key]) errors.push(invalid(path.child(key), reference[key] ?? "", "must not be empty"));
  if (group === "" && version === "v1" && reference.kind === "Event")
    errors.push(invalid(path, reference, "/v1, Kind=Event is disallowed from being an owner"));
  return errors;
}

const standardFinalizers: ReadonlySet<string> = new Set(["foregroundDeletion", "orphan", "kubernetes"]);

export function isPlainFinalizer(finalizer: string): boolean {
  return !finalizer.includes("/") && !standardFinalizers.has(finalizer);
}

function validateFinalizers(finalizers: readonly string[] | undefined, plain: boolean, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const finalizer of finalizers ?? [])
    for (const message of qualifiedNameProblems(finalizer)) errors.push(invalid(path, finalizer, message));
  finalizers?.forEach((finalizer, position) => {
    if (!plain && isPlainFinalizer(finalizer)) {
      const text = "name is neither a standard finalizer name nor is it fully qualified";
      errors.push(invalid(path.index(position), finalizer, text));
    }
  });
  if (finalizers?.includes("foregroundDeletion") && finalizers.includes("orphan"))
    errors.push(invalid(path, finalizers, "finalizer orphan and foregroundDeletion cannot be both set"));
  return errors;
}

function validateManagers(entries: readonly metav1.ManagedFieldsEntry[] | undefined, path: FieldPath): FieldError[] {
  return (entries ?? []).flatMap(({ manager = "", subresource = "" }, position) => {
    const at = path.index(position);
    const errors = validateFieldManager(manager, at.child("manager"));
    if (subresource.length > subresourceMaximumBytes)
      errors.push(tooLong(at.child("subresource"), subresourceMaximumBytes));
    return errors;
  });
}

/** The rule for the `fieldManager` parameter of a request. */
export function validateFieldManager(manager: string, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > fieldManagerMaximumBytes) errors.push(tooLong(path, fieldManagerMaximumBytes));
  if (/^[\x20-\x7e]*$/.test(manager)) return errors;
  const bad = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(manager);
  if (bad) {
    const code = bad[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    const position = Buffer.byteLength(manager.slice(0, bad.index));
    errors.push(invalid(path, manager, `invalid character U+${code} (at position ${position})`));
  }
  return errors;
}

/**
 * What must not change in metadata between two versions of an object. The engine carries over what the server owns (creationTimestamp,
 * generation, and whatever the new object leaves out) before it asks.
 */
export function validateObjectMetaUpdate(meta: Meta, old: Meta, rules: ObjectMetaRules, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp"] as const)
    if (meta[key] !== old[key]) errors.push(invalid(path.child(key), meta[key], immutableText));
  if (meta.deletionGracePeriodSeconds !== old.deletionGracePeriodSeconds)
    errors.push(invalid(path.child("deletionGracePeriodSeconds"), meta.deletionGracePeriodSeconds, immutableText));
  if (!meta.resourceVersion) errors.push(invalid(path.child("resourceVersion"), "", "must be specified for an update"));
  if ((meta.generation ?? 0) < (old.generation ?? 0))
    errors.push(invalid(path.child("generation"), meta.generation ?? 0, "must not be decremented"));
  errors.push(
    ...validateNewFinalizers(meta, old, path),
    ...validateObjectMeta(meta, { ...rules, nameGiven: true }, path),
  );
  return errors;
}

/** An object on its way out takes no new finalizers. */
function validateNewFinalizers(meta: Meta, old: Meta, path: FieldPath): FieldError[] {
  if (!old.deletionTimestamp) return [];
  const added = (meta.finalizers ?? []).filter((finalizer) => !old.finalizers?.includes(finalizer));
  if (added.length === 0) return [];
  const list = [...added]
    .sort()
    .map((name) => JSON.stringify(name))
    .join(", ");
  return [
    forbidden(
      path.child("finalizers"),
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    ),
  ];
}
