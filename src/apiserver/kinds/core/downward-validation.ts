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
  reference: corev1.ObjectFieldSelector,
  supported: readonly string[],
  path: FieldPath,
): FieldError[] {
  const { apiVersion, fieldPath } = reference;
  if (!apiVersion) return [required(path.child("apiVersion"))];
  if (!fieldPath) return [required(path.child("fieldPath"))];
  const subscript = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/.exec(fieldPath);
  if (subscript) {
    const key = subscript[1] === "metadata.annotations" ? subscript[2]!.toLowerCase() : subscript[2]!;
    return qualifiedNameProblems(key).map((problem) => invalid(path, subscript[2], problem));
  }
  if (apiVersion !== "v1") {
    const text = `error converting fieldPath: unsupported pod version: ${apiVersion}`;
    return [invalid(path.child("fieldPath"), fieldPath, text)];
  }
  if (!knownFields.has(fieldPath)) {
    const text = `error converting fieldPath: field label not supported: ${fieldPath}`;
    return [invalid(path.child("fieldPath"), fieldPath, text)];
  }
  return supported.includes(fieldPath) ? [] : [notSupported(path.child("fieldPath"), fieldPath, supported)];
}

/** `volume`: the reference names its container. */
export function validateResourceFieldRef(
  reference: corev1.ResourceFieldSelector,
  supported: readonly string[],
  path: FieldPath,
  volume: boolean,
): FieldError[] {
  const { containerName, resource, divisor } = reference;
  if (volume && !containerName) return [required(path.child("containerName"))];
  if (!resource) return [required(path.child("resource"))];
  const hugePages = /^(requests|limits)\.hugepages-/.test(resource);
  const errors =
    supported.includes(resource) || hugePages ? [] : [notSupported(path.child("resource"), resource, supported)];
  return [...errors, ...validateDivisor(resource, divisor, path.child("divisor"))];
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
