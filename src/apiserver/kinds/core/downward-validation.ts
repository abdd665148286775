/** References from a pod to its own fields and its containers' resources. */
import { type corev1, parseQuantity, qualifiedNameProblems } from "../../../api/mod.ts";
import { type FieldError, invalid, notSupported, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";

/** What the API knows at all; of them an environment or a volume can take some. */
const knownFields: ReadonlySet<string> = new Set([
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.restartPolicy",
  "spec.serviceAccountName",
  "spec.schedulerName",
  "spec.hostNetwork",
  "status.phase",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
]);

export function validateFieldRef(
  { apiVersion, fieldPath }: corev1.ObjectFieldSelector,
  supported: readonly string[],
  path: FieldPath,
  errors: FieldError[],
): void {
  if (!apiVersion) errors.push(required(path.child("apiVersion")));
  else if (!fieldPath) errors.push(required(path.child("fieldPath")));
  else if (apiVersion !== "v1" || !supported.includes(fieldPath))
    errors.push(...unusualField(apiVersion, fieldPath, supported, path));
}

/** One entry of a map of the metadata, or nothing that can be referred to. */
function unusualField(
  apiVersion: string,
  fieldPath: string,
  supported: readonly string[],
  path: FieldPath,
): FieldError[] {
  const subscript = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/.exec(fieldPath);
  if (subscript) {
    const key = subscript[1] === "metadata.annotations" ? subscript[2]!.toLowerCase() : subscript[2]!;
    return qualifiedNameProblems(key).map((problem) => invalid(path, subscript[2], problem));
  }
  const at = path.child("fieldPath");
  if (apiVersion !== "v1")
    return [invalid(at, fieldPath, `error converting fieldPath: unsupported pod version: ${apiVersion}`)];
  if (knownFields.has(fieldPath)) return [notSupported(at, fieldPath, supported)];
  return [invalid(at, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`)];
}

/** `volume`: the reference names its container. */
export function validateResourceFieldRef(
  { containerName, resource, divisor }: corev1.ResourceFieldSelector,
  supported: readonly string[],
  path: FieldPath,
  volume: boolean,
  errors: FieldError[],
): void {
  if (volume && !containerName) errors.push(required(path.child("containerName")));
  else if (!resource) errors.push(required(path.child("resource")));
  else {
    if (!supported.includes(resource) && !/^(requests|limits)\.hugepages-/.test(resource))
      errors.push(notSupported(path.child("resource"), resource, supported));
    errors.push(...validateDivisor(resource, divisor, path.child("divisor")));
  }
}

const cpuDivisors = ["1m", "1"];
const byteDivisors = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

function validateDivisor(resource: string, divisor: string | undefined, path: FieldPath): FieldError[] {
  if (!divisor || parseQuantity(divisor).isZero()) return [];
  if (!/^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.*)$/.test(resource)) return [];
  const [name, allowed] = resource.endsWith(".cpu") ? ["cpu", cpuDivisors] : ["memory", byteDivisors];
  if (allowed.includes(divisor)) return [];
  const text =
    name === "cpu"
      ? "only divisor's values 1m and 1 are supported with the cpu resource"
      : "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource";
  return [invalid(path, resource, text)];
}
