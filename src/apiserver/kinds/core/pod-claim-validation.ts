/** Claims of a pod on devices, and its containers' shares of them. */
import { corev1 } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";

const [byName, byTemplate] = ["`resourceClaimName`", "`resourceClaimTemplateName`"];

export function validateResourceClaims(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return (spec.resourceClaims ?? []).flatMap((claim, position) => {
    const at = path.index(position);
    const errors = claim.name ? [] : [required(at.child("name"))];
    if (seen.has(claim.name)) errors.push(duplicate(at.child("name"), claim.name));
    seen.add(claim.name);
    const { resourceClaimName: name, resourceClaimTemplateName: template } = claim;
    const printed = internalForm(corev1.podResourceClaim, claim);
    if (name !== undefined && template !== undefined)
      errors.push(invalid(at, printed, `at most one of ${byName} or ${byTemplate} may be specified`));
    if (name === undefined && template === undefined)
      errors.push(invalid(at, printed, `must specify one of: ${byName}, ${byTemplate}`));
    return errors;
  });
}

export function validateClaimShares(
  { resources }: Pick<corev1.Container, "resources">,
  { resourceClaims = [] }: corev1.PodSpec,
  path: FieldPath,
): FieldError[] {
  const names = resourceClaims.map(({ name }) => name);
  const which = names.length === 0 ? "which is empty" : `(${names.join(", ")})`;
  return (resources?.claims ?? []).flatMap(({ name }, position) => {
    if (names.includes(name)) return [];
    const message = `Not found: ${JSON.stringify(name)}: must be one of the names in pod.spec.resourceClaims ${which}`;
    return [{ reason: "FieldValueNotFound", field: path.child("claims").index(position).toString(), message }];
  });
}
