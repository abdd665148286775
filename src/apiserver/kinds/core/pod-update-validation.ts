/** What of a pod may change once it is made: little, and by its own endpoint each. */
import { isIP } from "node:net";
import { corev1, dns1123SubdomainProblems, qualifiedNameProblems } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { ipProblems } from "../../validation/address-rules.ts";
import { type FieldError, forbidden, invalid } from "../../validation/field-error.ts";
import { eachItem, type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { immutableField, optionalText, sameJson, textErrors } from "../../validation/rules.ts";
import { unifiedDiff } from "../../validation/text-diff.ts";
import { validateEphemeralContainers, validateImage } from "./container-validation.ts";
import { validateAnnotationUpdate, validatePodAnnotations } from "./pod-metadata-validation.ts";
import { qualityOfService } from "./pod-quality.ts";
import { validateOwnSpec } from "./pod-validation.ts";
import { tolerationText } from "./scheduling-validation.ts";
import { volumeKinds } from "./volume-validation.ts";

const specPath = field("spec");
const changeableText =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

export function validatePodUpdate(pod: corev1.Pod, old: corev1.Pod, context: RequestContext): FieldError[] {
  switch (context.subresource) {
    case "status":
      return validateStatusUpdate(pod, old);
    case "ephemeralcontainers":
      return validateEphemeralUpdate(pod, old);
    case "resize":
      return validateResize(pod, old);
    case "binding":
      return [];
    default:
      return validateSpecUpdate(pod, old);
  }
}

function validateSpecUpdate(pod: corev1.Pod, old: corev1.Pod): FieldError[] {
  // The very same nearly always: labels and finalizers are what changes on a pod.
  if (pod.spec === old.spec) return annotations(pod, old);
  const others = sameCount(pod, old, "containers");
  const counts = others.length > 0 ? others : sameCount(pod, old, "initContainers");
  const errors = validateOwnSpec(pod);
  errors.push(...annotations(pod, old));
  if (counts.length > 0) return [...errors, ...counts];
  images(pod, "containers", errors);
  images(pod, "initContainers", errors);
  errors.push(...gates(pod, old));
  const late = deadline(pod, old);
  if (late.length > 0 && pod.spec.activeDeadlineSeconds !== undefined) return [...errors, ...late];
  errors.push(...late, ...tolerations(pod, old));
  const steered = withOldParts(pod.spec, old.spec, isGated(old));
  if (!sameJson(steered, old.spec))
    errors.push(forbidden(specPath, `${changeableText}\n${specDiff(old.spec, steered)}`));
  return errors;
}

/** Upstream looks twice, and says so. */
function annotations(pod: corev1.Pod, old: corev1.Pod): FieldError[] {
  const errors = changedAnnotations(pod, old);
  return errors.length === 0 ? errors : [...errors, ...validatePodAnnotations(pod)];
}

function changedAnnotations(pod: corev1.Pod, old: corev1.Pod): FieldError[] {
  if (sameJson(pod.metadata.annotations, old.metadata.annotations)) return [];
  return [...validatePodAnnotations(pod), ...validateAnnotationUpdate(pod, old)];
}

function images({ spec }: corev1.Pod, key: "containers" | "initContainers", errors: FieldError[]): void {
  eachItem(spec[key], specPath.child(key), ({ image }, at) => validateImage(image, at.child("image"), errors));
}

/** What else was to change, as people see it in upstream's answer. */
function specDiff(old: corev1.PodSpec, spec: corev1.PodSpec): string {
  const text = (value: corev1.PodSpec) => JSON.stringify(internalForm(corev1.podSpec, value), undefined, 1);
  return unifiedDiff(text(old), text(spec));
}

function containerDiff(old: corev1.EphemeralContainer, next: corev1.EphemeralContainer): string {
  const text = (value: corev1.EphemeralContainer) =>
    JSON.stringify(internalForm(corev1.ephemeralContainer, value), undefined, 1);
  return unifiedDiff(text(old), text(next));
}

function sameCount(pod: corev1.Pod, old: corev1.Pod, key: "containers" | "initContainers"): FieldError[] {
  if ((pod.spec[key]?.length ?? 0) === (old.spec[key]?.length ?? 0)) return [];
  return [forbidden(specPath.child(key), "pod updates may not add or remove containers")];
}

function isGated(pod: corev1.Pod): boolean {
  return (pod.spec.schedulingGates?.length ?? 0) > 0;
}

function deadline({ spec }: corev1.Pod, { spec: old }: corev1.Pod): FieldError[] {
  if (old.activeDeadlineSeconds === undefined) return [];
  const at = specPath.child("activeDeadlineSeconds");
  if (spec.activeDeadlineSeconds === undefined)
    return [invalid(at, undefined, "must not update from a positive integer to nil value")];
  if (spec.activeDeadlineSeconds <= old.activeDeadlineSeconds) return [];
  return [invalid(at, spec.activeDeadlineSeconds, "must be less than or equal to previous value")];
}

/** Tolerations may be added, and their seconds changed. */
function tolerations({ spec }: corev1.Pod, { spec: old }: corev1.Pod): FieldError[] {
  const kept = new Set((spec.tolerations ?? []).map(tolerationText));
  const lost = (old.tolerations ?? []).some((before) => !kept.has(tolerationText(before)));
  return lost
    ? [forbidden(specPath.child("tolerations"), "existing toleration can not be modified except its tolerationSeconds")]
    : [];
}

function gates({ spec }: corev1.Pod, { spec: old }: corev1.Pod): FieldError[] {
  const had = new Set(old.schedulingGates?.map(({ name }) => name));
  return (spec.schedulingGates ?? []).flatMap(({ name }, position) =>
    had.has(name)
      ? []
      : [
          forbidden(
            specPath.child("schedulingGates").index(position).child("name"),
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  );
}

/** The specification with all that may change taken from the old one. A pod that waits at a gate may still be steered. */
function withOldParts(spec: corev1.PodSpec, old: corev1.PodSpec, gated: boolean): corev1.PodSpec {
  const images = (list: corev1.Container[], before: corev1.Container[] | undefined) =>
    list.map((container, position) => replaced(container, before?.[position] ?? ({} as corev1.Container), ["image"]));
  const keys: (keyof corev1.PodSpec)[] = ["activeDeadlineSeconds", "tolerations", "schedulingGates"];
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    keys.push("terminationGracePeriodSeconds");
  if (gated) keys.push("nodeSelector", "affinity");
  const fixed = { ...replaced(spec, old, keys), containers: images(spec.containers, old.containers) };
  return spec.initContainers ? { ...fixed, initContainers: images(spec.initContainers, old.initContainers) } : fixed;
}

/** `object` with these keys as they are in `source`, absent ones absent. */
function replaced<T extends object>(object: T, source: T, keys: readonly (keyof T)[]): T {
  const copy = { ...object };
  for (const key of keys)
    if (source[key] === undefined) delete copy[key];
    else copy[key] = source[key];
  return copy;
}

function validateStatusUpdate(pod: corev1.Pod, old: corev1.Pod): FieldError[] {
  const path = field("status");
  const errors = changedAnnotations(pod, old);
  if (pod.spec.nodeName !== old.spec.nodeName)
    errors.push(forbidden(specPath.child("nodeName"), "may not be changed directly"));
  const nominated = pod.status?.nominatedNodeName;
  const atNominated = path.child("nominatedNodeName");
  if (nominated && nominated !== old.status?.nominatedNodeName && old.spec.nodeName)
    errors.push(forbidden(atNominated, "may not be set on pods that are already bound to a node"));
  optionalText(nominated, dns1123SubdomainProblems, atNominated, errors);
  if (pod.status?.qosClass !== undefined && old.status?.qosClass !== undefined)
    errors.push(...immutableField(pod.status.qosClass, old.status.qosClass, path.child("qosClass")));
  errors.push(...validateReported(pod, path));
  const seen = pod.status?.observedGeneration ?? 0;
  if (seen < 0) errors.push(invalid(path.child("observedGeneration"), seen, "must be a non-negative integer"));
  if (old.spec.restartPolicy === "Always") return errors;
  return [...errors, ...noResurrection(pod, old)];
}

/** Conditions, addresses and claims as a node reports them. */
function validateReported({ spec, status }: corev1.Pod, path: FieldPath): FieldError[] {
  const errors = (status?.conditions ?? []).flatMap(({ type }, position) =>
    textErrors(type, qualifiedNameProblems, path.child("conditions").index(position).child("Type")),
  );
  for (const key of ["podIPs", "hostIPs"] as const) {
    const list = status?.[key] ?? [];
    for (const [position, { ip }] of list.entries())
      textErrors(ip, ipProblems, path.child(key).index(position), errors);
    const families = new Set(list.map(({ ip }) => isIP(ip)));
    if (list.length > 1 && families.size < list.length) {
      const printed = list.map(({ ip }) => ({ IP: ip }));
      errors.push(invalid(path.child(key), printed, "may specify no more than one IP for each IP family"));
    }
  }
  const names = new Set((spec.resourceClaims ?? []).map(({ name }) => name));
  for (const [position, { name }] of (status?.resourceClaimStatuses ?? []).entries()) {
    const at = path.child("resourceClaimStatuses").index(position).child("name");
    if (!names.has(name)) errors.push(invalid(at, name, "must match the name of an entry in `spec.resourceClaims`"));
  }
  return errors;
}

/** What ended and is not to be restarted does not run again. */
function noResurrection(pod: corev1.Pod, old: corev1.Pod): FieldError[] {
  const path = field("status", "containerStatuses");
  return (old.status?.containerStatuses ?? []).flatMap((before) => {
    if (!before.state?.terminated) return [];
    if (before.state.terminated.exitCode !== 0 && old.spec.restartPolicy === "OnFailure") return [];
    const position = pod.status?.containerStatuses?.findIndex(({ name }) => name === before.name) ?? -1;
    const now = pod.status?.containerStatuses?.[position];
    if (!now || now.state?.terminated || hasRules(old, before.name)) return [];
    return [forbidden(path.index(position).child("state"), "may not be transitioned to non-terminated state")];
  });
}

function hasRules({ spec }: corev1.Pod, name: string): boolean {
  const container = spec.containers.find((other) => other.name === name);
  return container?.restartPolicy !== undefined || (container?.restartPolicyRules?.length ?? 0) > 0;
}

function validateEphemeralUpdate(pod: corev1.Pod, old: corev1.Pod): FieldError[] {
  const path = specPath.child("ephemeralContainers");
  const around = { spec: pod.spec, volumes: volumeKinds(pod.spec.volumes) };
  const errors = validateEphemeralContainers(around, path);
  const now = new Map((pod.spec.ephemeralContainers ?? []).map((container) => [container.name, container]));
  for (const before of old.spec.ephemeralContainers ?? []) {
    const next = now.get(before.name);
    if (!next)
      errors.push(forbidden(path, `existing ephemeral containers ${JSON.stringify(before.name)} may not be removed\n`));
    else if (!sameJson(next, before))
      errors.push(
        forbidden(
          path,
          `existing ephemeral containers ${JSON.stringify(before.name)} may not be changed\n${containerDiff(before, next)}`,
        ),
      );
  }
  return errors;
}

const resizeText = "only cpu and memory resources are mutable";
const podResizeText = `${resizeText} at pod-level`;

function validateResize(pod: corev1.Pod, old: corev1.Pod): FieldError[] {
  const errors = validateOwnSpec(pod);
  if (pod.spec.containers.length !== old.spec.containers.length)
    return [forbidden(specPath.child("containers"), "containers may not be added or removed on resize")];
  const quality = old.status?.qosClass;
  if (quality !== undefined && qualityOfService(pod) !== quality)
    errors.push(invalid(specPath, quality, "Pod QOS Class may not change as a result of resizing"));
  errors.push(...keptAmounts(pod, old));
  if (!sameJson(others(pod.spec.resources), others(old.spec.resources)))
    errors.push(forbidden(specPath, podResizeText));
  if (!sameJson(withoutAmounts(pod.spec), withoutAmounts(old.spec))) errors.push(forbidden(specPath, resizeText));
  return errors;
}

/** Amounts may be changed and added, not taken away. */
function keptAmounts({ spec }: corev1.Pod, { spec: old }: corev1.Pod): FieldError[] {
  const ofContainers = (["initContainers", "containers"] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap(({ resources }, position) => {
      const at = specPath.child(list).index(position).child("resources");
      return removedAmounts(at, "resource", resources, old[list]?.[position]?.resources);
    }),
  );
  const at = specPath.child("resources");
  if (old.resources && !spec.resources)
    return [forbidden(at, "pod-level resources cannot be removed"), ...ofContainers];
  return [...removedAmounts(at, "pod-level resource", spec.resources, old.resources), ...ofContainers];
}

function removedAmounts(
  at: FieldPath,
  what: string,
  now: corev1.ResourceRequirements | undefined,
  had: corev1.ResourceRequirements | undefined,
): FieldError[] {
  return (["requests", "limits"] as const)
    .filter((kind) => Object.keys(had?.[kind] ?? {}).some((name) => now?.[kind]?.[name] === undefined))
    .map((kind) => forbidden(at.child(kind), `${what} ${kind} cannot be removed`));
}

function withoutAmounts(spec: corev1.PodSpec): unknown {
  const strip = (list: corev1.Container[] | undefined) =>
    list?.map(({ resources, ...container }) => ({ ...container, resources: others(resources) }));
  return {
    ...spec,
    containers: strip(spec.containers),
    initContainers: strip(spec.initContainers),
    resources: undefined,
  };
}

function others(resources: corev1.ResourceRequirements | undefined): unknown {
  const rest = (list: Record<string, string> | undefined) =>
    Object.fromEntries(Object.entries(list ?? {}).filter(([name]) => name !== "cpu" && name !== "memory"));
  return { claims: resources?.claims, limits: rest(resources?.limits), requests: rest(resources?.requests) };
}
