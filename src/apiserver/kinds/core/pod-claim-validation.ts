/** Claims of a pod on devices, and its containers' shares of them. */
import { corev1 } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, notFound, required } from "../../validation/field-error.ts";
import { eachItem, type FieldPath } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { Seen } from "../../validation/seen.ts";

const [byName, byTemplate] = ["`resourceClaimName`", "`resourceClaimTemplateName`"];

export function validateResourceClaims(
  claims: readonly corev1.PodResourceClaim[],
  path: FieldPath,
  errors: FieldError[],
): void {
  const seen = new Seen<string>();
  eachItem(claims, path, (claim, at) => {
    if (!claim.name) errors.push(required(at.child("name")));
    if (seen.again(claim.name)) errors.push(duplicate(at.child("name"), claim.name));
    const { resourceClaimName: name, resourceClaimTemplateName: template } = claim;
    const printed = internalForm(corev1.podResourceClaim, claim);
    if (name !== undefined && template !== undefined)
      errors.push(invalid(at, printed, `at most one of ${byName} or ${byTemplate} may be specified`));
    if (name === undefined && template === undefined)
      errors.push(invalid(at, printed, `must specify one of: ${byName}, ${byTemplate}`));
  });
}

export function validateClaimShares(
  claims: readonly corev1.ResourceClaim[] | undefined,
  { resourceClaims = [] }: corev1.PodSpec,
  path: FieldPath,
  errors: FieldError[],
): void {
  if (!claims) return;
  const list = resourceClaims.map(({ name }) => name);
  const names = new Set(list);
  const which = list.length === 0 ? " which is empty" : `: ${list.join(", ")}`;
  eachItem(claims, path.child("claims"), ({ name }, at) => {
    if (!names.has(name))
      errors.push(notFound(at, name ?? "", `must be one of the names in pod.spec.resourceClaims${which}`));
  });
}
