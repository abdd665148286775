/** Containers of a pod: main, init and sidecar, ephemeral. */
import { corev1, dns1123LabelProblems, portNameProblems, portNumberProblems } from "../../../api/mod.ts";
import { duplicate, type FieldError, forbidden, invalid, notFound, required } from "../../validation/field-error.ts";
import { eachItem, type FieldPath } from "../../validation/field-path.ts";
import { validateResources } from "../../validation/quantity-rules.ts";
import { oneOf, presentWord, requiredText, textErrors } from "../../validation/rules.ts";
import { Seen } from "../../validation/seen.ts";
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

export function validateContainers(around: ContainerSurroundings, path: FieldPath, errors: FieldError[]): void {
  const containers = around.spec.containers ?? [];
  if (containers.length === 0) errors.push(required(path));
  const names = new Seen<string>();
  eachItem(containers, path, (container, at) => {
    validateCommon(container, around, at, errors);
    if (names.again(container.name)) errors.push(duplicate(at.child("name"), container.name));
    validateRunning(container, around, at, errors);
    validateRestartPolicy(container, at, errors);
  });
  hostPortConflicts(containers, path, errors);
}

/** What only containers that keep running have. */
function validateRunning(
  container: corev1.Container,
  { spec }: ContainerSurroundings,
  path: FieldPath,
  errors: FieldError[],
): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle) validateLifecycle(lifecycle, spec.terminationGracePeriodSeconds, path.child("lifecycle"), errors);
  if (livenessProbe) validateProbe(livenessProbe, "liveness", path.child("livenessProbe"), errors);
  if (readinessProbe) validateProbe(readinessProbe, "readiness", path.child("readinessProbe"), errors);
  if (startupProbe) validateProbe(startupProbe, "startup", path.child("startupProbe"), errors);
}

const restartPolicies: readonly string[] = corev1.restartPolicy.enum;

function validateRestartPolicy(container: corev1.Container, path: FieldPath, errors: FieldError[]): void {
  const { restartPolicy, restartPolicyRules } = container;
  if (restartPolicy !== undefined) presentWord(restartPolicy, restartPolicies, path.child("restartPolicy"), errors);
  else if (restartPolicyRules?.length)
    errors.push(required(path.child("restartPolicy"), "must specify restartPolicy when restart rules are used"));
}

export function validateInitContainers(around: ContainerSurroundings, path: FieldPath, errors: FieldError[]): void {
  const names = new Set(around.spec.containers.map((container) => container.name));
  eachItem(around.spec.initContainers, path, (container, at) => {
    validateCommon(container, around, at, errors);
    validateRestartPolicy(container, at, errors);
    if (names.has(container.name)) errors.push(duplicate(at.child("name"), container.name));
    else if (container.name) names.add(container.name);
    hostPortConflicts([container], path, errors);
    if (container.restartPolicy === "Always") {
      validateRunning(container, around, at, errors);
      return;
    }
    for (const key of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const)
      if (container[key])
        errors.push(forbidden(at.child(key), "may not be set for init containers without restartPolicy=Always"));
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

export function validateEphemeralContainers(
  around: ContainerSurroundings,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  const { spec } = around;
  const others = new Set([...spec.containers, ...(spec.initContainers ?? [])].map((container) => container.name));
  const taken = new Set(others);
  eachItem(spec.ephemeralContainers, path, (container, at) => {
    validateCommon(container as corev1.Container, around, at, errors);
    if (taken.has(container.name)) errors.push(duplicate(at.child("name"), container.name));
    taken.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) errors.push(notFound(at.child("targetContainerName"), target));
    eachItem(container.volumeMounts, at.child("volumeMounts"), (mount, place) => {
      for (const key of ["subPath", "subPathExpr"] as const)
        if (mount[key]) errors.push(forbidden(place.child(key), "cannot be set for an Ephemeral Container"));
    });
    for (const key of Object.keys(container))
      if (!ephemeralAllowed.has(key)) errors.push(forbidden(at.child(key), "cannot be set for an Ephemeral Container"));
    if (Object.keys(container.resources ?? {}).length > 0)
      errors.push(forbidden(at.child("resources"), "cannot be set for an Ephemeral Container"));
  });
  return errors;
}

function validateCommon(
  container: corev1.Container,
  { spec, volumes }: ContainerSurroundings,
  path: FieldPath,
  errors: FieldError[],
): void {
  const { ports, env, envFrom, volumeMounts, volumeDevices, resources, resizePolicy, securityContext } = container;
  requiredText(container.name, dns1123LabelProblems, path.child("name"), errors);
  validateImage(container.image, path.child("image"), errors);
  oneOf(container.terminationMessagePolicy, messagePolicies, path.child("terminationMessagePolicy"), errors);
  if (ports) validatePorts(ports, path.child("ports"), errors);
  if (env) validateEnvironment(env, path.child("env"), errors);
  if (envFrom) validateEnvironmentFrom(envFrom, path.child("envFrom"), errors);
  if (volumeMounts) validateVolumeMounts(container, volumes, path.child("volumeMounts"), errors);
  if (volumeDevices) validateVolumeDevices(container, volumes, path.child("volumeDevices"), errors);
  oneOf(container.imagePullPolicy, pullPolicies, path.child("imagePullPolicy"), errors);
  if (resources) {
    validateClaimShares(resources.claims, spec, path.child("resources"), errors);
    validateResources(resources, path.child("resources"), errors);
  }
  if (resizePolicy) validateResizePolicy(resizePolicy, path.child("resizePolicy"), errors);
  if (securityContext) validateContainerSecurity(securityContext, spec, path.child("securityContext"), errors);
}

export function validateImage(image: string | undefined, path: FieldPath, errors: FieldError[]): void {
  if (!image) errors.push(required(path));
  else if (image.trim() !== image) errors.push(invalid(path, image, "must not have leading or trailing whitespace"));
}

function validateResizePolicy(
  policies: readonly corev1.ContainerResizePolicy[],
  path: FieldPath,
  errors: FieldError[],
): void {
  const seen = new Seen<string>();
  eachItem(policies, path, ({ resourceName, restartPolicy }, at) => {
    if (seen.again(resourceName)) errors.push(duplicate(at, resourceName));
    oneOf(resourceName, ["cpu", "memory"], path, errors);
    oneOf(restartPolicy, ["NotRequired", "RestartContainer"], path, errors);
  });
}

function validatePorts(ports: readonly corev1.ContainerPort[], path: FieldPath, errors: FieldError[]): void {
  const names = new Seen<string>();
  eachItem(ports, path, ({ name, containerPort, hostPort, protocol }, at) => {
    if (name) {
      const problems = textErrors(name, portNameProblems, at.child("name"));
      if (names.again(name) && problems.length === 0) problems.push(duplicate(at.child("name"), name));
      errors.push(...problems);
    }
    if (!containerPort) errors.push(required(at.child("containerPort")));
    else validatePort(containerPort, at.child("containerPort"), errors);
    if (hostPort) validatePort(hostPort, at.child("hostPort"), errors);
    oneOf(protocol, protocols, at.child("protocol"), errors);
  });
}

function validatePort(port: number, path: FieldPath, errors: FieldError[]): void {
  for (const problem of portNumberProblems(port)) errors.push(invalid(path, port, problem));
}

/** Two containers cannot have the same port of the node. */
function hostPortConflicts(containers: readonly corev1.Container[], path: FieldPath, errors: FieldError[]): void {
  const taken = new Seen<string>();
  eachItem(containers, path, (container, place) =>
    eachItem(container.ports, place.child("ports"), ({ hostPort, hostIP, protocol }, at) => {
      if (!hostPort) return;
      const name = `${protocol ?? ""}/${hostIP ?? ""}/${hostPort}`;
      if (taken.again(name)) errors.push(duplicate(at.child("hostPort"), name));
    }),
  );
}
