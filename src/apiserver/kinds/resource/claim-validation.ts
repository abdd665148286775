import { type metav1, resourcev1, type SchemaType } from "../../../api/mod.ts";
import type { RequestContext, Surroundings } from "../../registry/strategy.ts";
import { type FieldError, forbidden, invalid, tooMany } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { validateAnnotations } from "../../validation/object-meta.ts";
import { sameJson, validateLabels } from "../../validation/rules.ts";
import { validateDevices } from "./request-validation.ts";

const mostConsumers = 256;

const administrators = "resource.kubernetes.io/admin-access";

export function validateClaim(
  { metadata, spec }: resourcev1.ResourceClaim,
  _context: RequestContext,
  around: Surroundings,
): FieldError[] {
  return [
    ...validateAdministration(spec, metadata.namespace, around),
    ...validateDevices(spec?.devices, field("spec", "devices")),
  ];
}

/** Administrators' requests see devices that others use: they stand only in namespaces that are marked for it. */
function validateAdministration(
  spec: Partial<resourcev1.ResourceClaimSpec> | undefined,
  namespace: string | undefined,
  around: Surroundings,
): FieldError[] {
  const requests = spec?.devices?.requests ?? [];
  const position = requests.findIndex(({ exactly }) => exactly?.adminAccess);
  if (position < 0 || around.namespaceLabels(namespace ?? "")[administrators] === "true") return [];
  const at = field("spec", "devices", "requests").index(position).child("adminAccess");
  const label = `\`${administrators}: true\``;
  return [forbidden(at, `admin access to devices requires the ${label} label on the containing namespace`)];
}

export function validateClaimUpdate(
  object: resourcev1.ResourceClaim,
  old: resourcev1.ResourceClaim,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status") return validateStatus(object, old);
  return immutableForm(resourcev1.resourceClaimSpec, object.spec, old.spec, field("spec"));
}

function validateStatus({ metadata, status }: resourcev1.ResourceClaim, old: resourcev1.ResourceClaim): FieldError[] {
  const path = field("status");
  const consumers = status?.reservedFor ?? [];
  const errors: FieldError[] =
    consumers.length > mostConsumers ? [tooMany(path.child("reservedFor"), consumers.length, mostConsumers)] : [];
  if (consumers.length > 0 && !status?.allocation)
    errors.push(forbidden(path.child("reservedFor"), "may not be specified when `allocated` is not set"));
  const added = consumers.some(({ uid }) => !old.status?.reservedFor?.some((before) => before.uid === uid));
  if (added && metadata.deletionTimestamp)
    errors.push(
      forbidden(
        path.child("reservedFor"),
        "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set",
      ),
    );
  if (old.status?.allocation && status?.allocation && !sameJson(status.allocation, old.status.allocation))
    errors.push(
      ...immutableForm(resourcev1.allocationResult, status.allocation, old.status.allocation, path.child("allocation")),
    );
  return errors;
}

/** Labels and annotations for the claims to be. */
function validateTemplateMetadata(metadata: Partial<metav1.ObjectMeta> | undefined): FieldError[] {
  const at = field("spec", "metadata");
  const fixed = ["name", "generateName", "uid", "namespace", "ownerReferences", "finalizers"] as const;
  return [
    ...fixed.filter((key) => metadata?.[key]).map((key) => forbidden(at.child(key), "cannot be set")),
    ...validateLabels(metadata?.labels, at.child("labels")),
    ...validateAnnotations(metadata?.annotations, at.child("annotations")),
  ];
}

/** The same, or an error that prints it as upstream does. */
function immutableForm(type: SchemaType, value: unknown, old: unknown, at: FieldPath): FieldError[] {
  return sameJson(value, old) ? [] : [invalid(at, internalForm(type, value), "field is immutable")];
}

export function validateClaimTemplate(
  template: resourcev1.ResourceClaimTemplate,
  _context: RequestContext,
  around: Surroundings,
): FieldError[] {
  const { metadata, spec } = template;
  return [...validateAdministration(spec?.spec, metadata.namespace, around), ...validateTemplate(template)];
}

function validateTemplate({ spec }: resourcev1.ResourceClaimTemplate): FieldError[] {
  return [
    ...validateTemplateMetadata(spec?.metadata),
    ...validateDevices(spec?.spec?.devices, field("spec", "spec", "devices")),
  ];
}

export function validateClaimTemplateUpdate(
  object: resourcev1.ResourceClaimTemplate,
  old: resourcev1.ResourceClaimTemplate,
): FieldError[] {
  return [
    ...validateTemplate(object),
    ...immutableForm(resourcev1.resourceClaimTemplateSpec, object.spec, old.spec, field("spec")),
  ];
}
