/** Groups of the Kubernetes project itself are not anybody's: KEP-1111. */
import type { metav1 } from "../../../api/mod.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";

const annotation = "api-approved.kubernetes.io";
const reference = "see https://github.com/kubernetes/enhancements/pull/1111";
const demand = `protected groups must have approval annotation ${JSON.stringify(annotation)}`;

export function validateApproval({ annotations }: Partial<metav1.ObjectMeta>, group: string): FieldError[] {
  if (!isProtected(group)) return [];
  const at = field("metadata", "annotations").key(annotation);
  const given = annotations?.[annotation] ?? "";
  if (given === "") return [required(at, `${demand}, ${reference}`)];
  if (given.startsWith("unapproved") || isUrl(given)) return [];
  return [invalid(at, given, `${demand} with either a URL or a reason starting with "unapproved", ${reference}`)];
}

function isProtected(group: string): boolean {
  return ["k8s.io", "kubernetes.io"].some((domain) => group === domain || group.endsWith(`.${domain}`));
}

function isUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol !== "" && url.host !== "";
}
