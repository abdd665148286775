/** Containers of a pod: main, init and sidecar, ephemeral. */
import { corev1, dns1123LabelProblems, portNameProblems, portNumberProblems } from "../../../api/mod.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { validateResources } from "../../validation/quantity-rules.ts";
import { oneOf, requiredText, textErrors } from "../../validation/rules.ts";
import { validateEnvironment, validateEnvironmentFrom } from "./environment-validation.ts";
import { validateClaimShares } from "./pod-claim-validation.ts";
import { validateLifecycle, validateProbe } from "./probe-validation.ts";
import { validateContainerSecurity } from "./security-validation.ts";
import { type VolumeKinds, validateVolumeDevices, validateVolumeMounts } from "./volume-mount-validation.ts";

export interface ContainerSurroundings {
  readonly spec: corev1.PodSpec;
  readonly volumes: VolumeKinds;
}

const pullPolicies: readonly string[] = corev1.pullPolicy.enum;
const messagePolicies = ["File", "FallbackToLogsOnError"];
const protocols: readonly string[] = corev1.protocol.enum;

export function validateContainers(around: ContainerSurroundings, path: FieldPath): FieldError[] {
  const containers = around.spec.containers ?? [];
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, position) => {
    const at = path.index(position);
    const found = validateCommon(container, around, at);
    if (names.has(container.name)) found.push(duplicate(at.child("name"), container.name));
    names.add(container.name);
    return [...found, ...validateRunning(container, around, at), ...validateRestartPolicy(container, false, at)];
  });
  return [...errors, ...hostPortConflicts(containers, path)];
}

/** What only containers that keep running have. */
function validateRunning(container: corev1.Container, { spec }: ContainerSurroundings, path: FieldPath): FieldError[] {
  return [
    ...validateLifecycle(container.lifecycle, spec.terminationGracePeriodSeconds, path.child("lifecycle")),
    ...validateProbe(container.livenessProbe, "liveness", path.child("livenessProbe")),
    ...validateProbe(container.readinessProbe, "readiness", path.child("readinessProbe")),
    ...validateProbe(container.startupProbe, "startup", path.child("startupProbe")),
  ];
}

const restartPolicies: readonly string[] = corev1.restartPolicy.enum;

function validateRestartPolicy(container: corev1.Container, _init: boolean, path: FieldPath): FieldError[] {
  const { restartPolicy, restartPolicyRules } = container;
  const at = path.child("restartPolicy");
  if (restartPolicy === undefined)
    return restartPolicyRules?.length ? [required(at, "must specify restartPolicy when restart rules are used")] : [];
  return restartPolicies.includes(restartPolicy) ? [] : [notSupported(at, restartPolicy, restartPolicies)];
}

export function validateInitContainers(around: ContainerSurroundings, path: FieldPath): FieldError[] {
  const names = new Set(around.spec.containers.map((container) => container.name));
  return (around.spec.initContainers ?? []).flatMap((container, position) => {
    const at = path.index(position);
    const errors = validateCommon(container, around, at);
    errors.push(...validateRestartPolicy(container, true, at));
    if (names.has(container.name)) errors.push(duplicate(at.child("name"), container.name));
    else if (container.name) names.add(container.name);
    errors.push(...hostPortConflicts([container], path));
    if (container.restartPolicy === "Always") return [...errors, ...validateRunning(container, around, at)];
    for (const key of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const)
      if (container[key])
        errors.push(forbidden(at.child(key), "may not be set for init containers without restartPolicy=Always"));
    return errors;
  });
}

const ephemeralAllowed: ReadonlySet<string> = new Set([
  "name",
  "image",
  "command",
  "args",
  "workingDir",
  "envFrom",
  "env",
  "volumeMounts",
  "volumeDevices",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "imagePullPolicy",
  "securityContext",
  "stdin",
  "stdinOnce",
  "tty",
  "targetContainerName",
  "resources",
]);

export function validateEphemeralContainers(around: ContainerSurroundings, path: FieldPath): FieldError[] {
  const { spec } = around;
  const others = new Set([...spec.containers, ...(spec.initContainers ?? [])].map((container) => container.name));
  const taken = new Set(others);
  return (spec.ephemeralContainers ?? []).flatMap((container, position) => {
    const at = path.index(position);
    const errors = validateCommon(container as corev1.Container, around, at);
    if (taken.has(container.name)) errors.push(duplicate(at.child("name"), container.name));
    taken.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) errors.push(invalidTarget(target, at));
    for (const [number, mount] of (container.volumeMounts ?? []).entries())
      for (const key of ["subPath", "subPathExpr"] as const)
        if (mount[key])
          errors.push(
            forbidden(at.child("volumeMounts").index(number).child(key), "cannot be set for an Ephemeral Container"),
          );
    for (const key of Object.keys(container))
      if (!ephemeralAllowed.has(key)) errors.push(forbidden(at.child(key), "cannot be set for an Ephemeral Container"));
    if (Object.keys(container.resources ?? {}).length > 0)
      errors.push(forbidden(at.child("resources"), "cannot be set for an Ephemeral Container"));
    return errors;
  });
}

function invalidTarget(name: string, path: FieldPath): FieldError {
  return {
    reason: "FieldValueNotFound",
    field: path.child("targetContainerName").toString(),
    message: `Not found: ${JSON.stringify(name)}`,
  };
}

function validateCommon(container: corev1.Container, around: ContainerSurroundings, path: FieldPath): FieldError[] {
  const { spec, volumes } = around;
  const privileged = container.securityContext?.privileged === true;
  return [
    ...requiredText(container.name, dns1123LabelProblems, path.child("name")),
    ...validateImage(container.image, path.child("image")),
    ...oneOf(container.terminationMessagePolicy, messagePolicies, path.child("terminationMessagePolicy")),
    ...validatePorts(container.ports ?? [], path.child("ports")),
    ...validateEnvironment(container.env ?? [], path.child("env")),
    ...validateEnvironmentFrom(container.envFrom ?? [], path.child("envFrom")),
    ...validateVolumeMounts(container, volumes, privileged, path.child("volumeMounts")),
    ...validateVolumeDevices(container, volumes, path.child("volumeDevices")),
    ...oneOf(container.imagePullPolicy, pullPolicies, path.child("imagePullPolicy")),
    ...validateClaimShares(container, spec, path.child("resources")),
    ...validateResources(container.resources ?? {}, path.child("resources")),
    ...validateResizePolicy(container.resizePolicy ?? [], path.child("resizePolicy")),
    ...validateContainerSecurity(container.securityContext, spec, path.child("securityContext")),
  ];
}

export function validateImage(image: string | undefined, path: FieldPath): FieldError[] {
  if (!image) return [required(path)];
  return image.trim() === image ? [] : [invalid(path, image, "must not have leading or trailing whitespace")];
}

function validateResizePolicy(policies: readonly corev1.ContainerResizePolicy[], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return policies.flatMap(({ resourceName, restartPolicy }, position) => {
    const errors = seen.has(resourceName) ? [duplicate(path.index(position), resourceName)] : [];
    seen.add(resourceName);
    errors.push(...oneOf(resourceName, ["cpu", "memory"], path));
    return [...errors, ...oneOf(restartPolicy, ["NotRequired", "RestartContainer"], path)];
  });
}

function validatePorts(ports: readonly corev1.ContainerPort[], path: FieldPath): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, position) => {
    const at = path.index(position);
    const errors: FieldError[] = [];
    if (port.name) {
      const problems = textErrors(port.name, portNameProblems, at.child("name"));
      if (problems.length === 0 && names.has(port.name)) problems.push(duplicate(at.child("name"), port.name));
      names.add(port.name);
      errors.push(...problems);
    }
    if (!port.containerPort) errors.push(required(at.child("containerPort")));
    else errors.push(...portErrors(port.containerPort, at.child("containerPort")));
    if (port.hostPort) errors.push(...portErrors(port.hostPort, at.child("hostPort")));
    errors.push(...oneOf(port.protocol, protocols, at.child("protocol")));
    return errors;
  });
}

function portErrors(port: number, path: FieldPath): FieldError[] {
  return portNumberProblems(port).map((problem) => invalid(path, port, problem));
}

/** Two containers cannot have the same port of the node. */
function hostPortConflicts(containers: readonly corev1.Container[], path: FieldPath): FieldError[] {
  const taken = new Set<string>();
  const errors: FieldError[] = [];
  for (const [position, container] of containers.entries())
    for (const [number, { hostPort, hostIP, protocol }] of (container.ports ?? []).entries()) {
      if (!hostPort) continue;
      const name = `${protocol ?? ""}/${hostIP ?? ""}/${hostPort}`;
      const at = path.index(position).child("ports").index(number).child("hostPort");
      if (taken.has(name)) errors.push(duplicate(at, name));
      taken.add(name);
    }
  return errors;
}
