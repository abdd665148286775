/** Rules for metadata that hold for every kind. */
import { dns1123LabelProblems, labelValueProblems, type metav1, qualifiedNameProblems } from "../../api/mod.ts";
import { type FieldError, forbidden, invalid, required, tooLong } from "./field-error.ts";
import { eachItem, type FieldPath } from "./field-path.ts";
import { type NameRule, subdomainName } from "./name-rules.ts";

/** Keys and values of all annotations of an object together, in bytes. */
const annotationsMaximumBytes = 256 * 1024;
const fieldManagerMaximumBytes = 128;
const subresourceMaximumBytes = 256;
export const immutableText = "field is immutable";

export interface ObjectMetaRules {
  readonly namespaced: boolean;
  readonly validateName?: NameRule;
  /** Finalizers need not have a domain. */
  readonly plainFinalizers?: boolean;
}

type Meta = Partial<metav1.ObjectMeta>;

/** `path` is that of the metadata. */
export function validateObjectMeta(
  meta: Meta,
  rules: ObjectMetaRules,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  validateNames(meta, rules, path, errors);
  return validateAllButName(meta, rules, path, errors);
}

function validateAllButName(meta: Meta, rules: ObjectMetaRules, path: FieldPath, errors: FieldError[]): FieldError[] {
  validateNamespace(meta, rules, path.child("namespace"), errors);
  if (meta.generation !== undefined && meta.generation < 0)
    errors.push(invalid(path.child("generation"), meta.generation, "must be greater than or equal to 0"));
  if (meta.labels) validateLabels(meta.labels, path.child("labels"), errors);
  if (meta.annotations) validateAnnotations(meta.annotations, path.child("annotations"), errors);
  if (meta.ownerReferences) validateOwnerReferences(meta.ownerReferences, path.child("ownerReferences"), errors);
  if (meta.finalizers)
    validateFinalizers(meta.finalizers, rules.plainFinalizers === true, path.child("finalizers"), errors);
  eachItem(meta.managedFields, path.child("managedFields"), (entry, at) => validateManager(entry, at, errors));
  return errors;
}

function validateNames(meta: Meta, rules: ObjectMetaRules, path: FieldPath, errors: FieldError[]): void {
  validateGenerateName(meta, rules, path, errors);
  const { validateName = subdomainName } = rules;
  if (!meta.name) errors.push(required(path.child("name"), "name or generateName is required"));
  else
    for (const message of validateName(meta.name, false)) errors.push(invalid(path.child("name"), meta.name, message));
}

function validateGenerateName(
  { generateName }: Meta,
  { validateName = subdomainName }: ObjectMetaRules,
  path: FieldPath,
  errors: FieldError[],
): void {
  if (generateName)
    for (const message of validateName(generateName, true))
      errors.push(invalid(path.child("generateName"), generateName, message));
}

function validateNamespace({ namespace }: Meta, rules: ObjectMetaRules, where: FieldPath, errors: FieldError[]): void {
  if (!rules.namespaced) {
    if (namespace) errors.push(forbidden(where, "not allowed on this type"));
  } else if (!namespace) errors.push(required(where));
  else for (const message of dns1123LabelProblems(namespace)) errors.push(invalid(where, namespace, message));
}

type Texts = Readonly<Record<string, string>> | undefined;

export function validateLabels(labels: Texts, path: FieldPath, errors: FieldError[] = []): FieldError[] {
  if (!labels) return errors;
  for (const key of Object.keys(labels).sort()) {
    const value = labels[key]!;
    for (const message of qualifiedNameProblems(key)) errors.push(invalid(path, key, message));
    for (const message of labelValueProblems(value)) errors.push(invalid(path, value, message));
  }
  return errors;
}

export function validateAnnotations(annotations: Texts, path: FieldPath, errors: FieldError[] = []): FieldError[] {
  if (!annotations) return errors;
  let bytes = 0;
  for (const key of Object.keys(annotations).sort()) {
    // Case was free in annotation keys before the rule came.
    for (const message of qualifiedNameProblems(key.toLowerCase())) errors.push(invalid(path, key, message));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key]!);
  }
  if (bytes > annotationsMaximumBytes) errors.push(tooLong(path, annotationsMaximumBytes));
  return errors;
}

function validateOwnerReferences(
  references: readonly metav1.OwnerReference[],
  path: FieldPath,
  errors: FieldError[],
): void {
  let controller: metav1.OwnerReference | undefined;
  for (const reference of references) {
    validateOwnerReference(reference, path, errors);
    if (!reference.controller) continue;
    if (controller) {
      const found = `${controller.kind}/${controller.name} and ${reference.kind}/${reference.name}`;
      const text = `Only one reference can have Controller set to true. Found "true" in references for ${found}`;
      errors.push(invalid(path, references, text));
    } else controller = reference;
  }
}

function validateOwnerReference(reference: metav1.OwnerReference, path: FieldPath, errors: FieldError[]): void {
  const parts = reference.apiVersion.split("/");
  // What is no group and version at all has neither.
  const [group = "", version = ""] = parts.length === 1 ? ["", ...parts] : parts.length === 2 ? parts : [];
  if (version === "") errors.push(invalid(path.child("apiVersion"), reference.apiVersion, "version must not be empty"));
  for (const key of ["kind", "name", "uid"] as const)
    if (!reference[key]) errors.push(invalid(path.child(key), reference[key] ?? "", "must not be empty"));
  if (group === "" && version === "v1" && reference.kind === "Event")
    errors.push(invalid(path, reference, "/v1, Kind=Event is disallowed from being an owner"));
}

const standardFinalizers: ReadonlySet<string> = new Set(["foregroundDeletion", "orphan", "kubernetes"]);

export function isPlainFinalizer(finalizer: string): boolean {
  return !finalizer.includes("/") && !standardFinalizers.has(finalizer);
}

function validateFinalizers(
  finalizers: readonly string[],
  plain: boolean,
  path: FieldPath,
  errors: FieldError[],
): void {
  for (const finalizer of finalizers)
    for (const message of qualifiedNameProblems(finalizer)) errors.push(invalid(path, finalizer, message));
  if (!plain)
    eachItem(finalizers, path, (finalizer, at) => {
      const text = "name is neither a standard finalizer name nor is it fully qualified";
      if (isPlainFinalizer(finalizer)) errors.push(invalid(at, finalizer, text));
    });
  if (finalizers.includes("foregroundDeletion") && finalizers.includes("orphan"))
    errors.push(invalid(path, finalizers, "finalizer orphan and foregroundDeletion cannot be both set"));
}

function validateManager(entry: metav1.ManagedFieldsEntry, at: FieldPath, errors: FieldError[]): void {
  const { manager = "", subresource = "" } = entry;
  validateFieldManager(manager, at.child("manager"), errors);
  if (subresource.length > subresourceMaximumBytes)
    errors.push(tooLong(at.child("subresource"), subresourceMaximumBytes));
}

/** The rule for the `fieldManager` parameter of a request. */
export function validateFieldManager(manager: string, path: FieldPath, errors: FieldError[] = []): FieldError[] {
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
  errors.push(...validateNewFinalizers(meta, old, path));
  validateGenerateName(meta, rules, path, errors);
  // The name was checked when the object was made: rules for names may have become stricter since.
  return validateAllButName(meta, rules, path, errors);
}

/** An object on its way out takes no new finalizers. */
function validateNewFinalizers(meta: Meta, old: Meta, path: FieldPath): FieldError[] {
  if (!old.deletionTimestamp) return [];
  const had = new Set(old.finalizers);
  const added = (meta.finalizers ?? []).filter((finalizer) => !had.has(finalizer));
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
