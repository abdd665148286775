/** Probes and lifecycle hooks: what a node does to a container from outside. */
import { corev1, httpHeaderNameProblems, portNameProblems, portNumberProblems } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { nonNegative, oneOf } from "../../validation/rules.ts";

type Handler = corev1.Probe & corev1.LifecycleHandler;

export type ProbeRole = "liveness" | "readiness" | "startup";

export function validateProbe(probe: corev1.Probe | undefined, role: ProbeRole, path: FieldPath): FieldError[] {
  if (!probe) return [];
  const errors = validateHandler(probe, path);
  for (const key of [
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
  ] as const)
    errors.push(...nonNegative(probe[key], path.child(key)));
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0)
    errors.push(invalid(path.child("terminationGracePeriodSeconds"), grace, "must be greater than 0"));
  if (role === "readiness") {
    if (grace !== undefined)
      errors.push(invalid(path.child("terminationGracePeriodSeconds"), grace, "must not be set for readinessProbes"));
  } else if (probe.successThreshold !== 1)
    errors.push(invalid(path.child("successThreshold"), probe.successThreshold ?? 0, "must be 1"));
  return errors;
}

export function validateLifecycle(
  lifecycle: corev1.Lifecycle | undefined,
  grace: number | undefined,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const hook of ["postStart", "preStop"] as const) {
    const handler = lifecycle?.[hook];
    if (handler) errors.push(...validateHandler(handler, path.child(hook), grace));
  }
  return errors;
}

/** Exactly one way, and a sound one. `grace`: the pod's grace period, which a sleep must fit in. */
function validateHandler(handler: Handler, path: FieldPath, grace?: number): FieldError[] {
  const errors: FieldError[] = [];
  let found = 0;
  const add = (name: string, check: () => FieldError[]) => {
    if (found++ > 0) errors.push(forbidden(path.child(name), "may not specify more than 1 handler type"));
    else errors.push(...check());
  };
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (exec) add("exec", () => (exec.command?.length ? [] : [required(path.child("exec", "command"))]));
  if (httpGet) add("httpGet", () => validateHttpGet(httpGet, path.child("httpGet")));
  if (tcpSocket) add("tcpSocket", () => validatePort(tcpSocket.port, path.child("tcpSocket", "port")));
  if (grpc) add("grpc", () => validatePort(grpc.port, path.child("grpc", "port")));
  if (sleep) add("sleep", () => validateSleep(sleep.seconds, grace, path.child("sleep")));
  if (found === 0) errors.push(required(path, "must specify a handler type"));
  return errors;
}

function validateSleep(seconds: number, grace: number | undefined, path: FieldPath): FieldError[] {
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return [];
  const text = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
  return [invalid(path, seconds, text)];
}

function validateHttpGet(action: corev1.HTTPGetAction, path: FieldPath): FieldError[] {
  const errors: FieldError[] = action.path ? [] : [required(path.child("path"))];
  errors.push(...validatePort(action.port, path.child("port")));
  errors.push(...oneOf(action.scheme, corev1.uriScheme.enum, path.child("scheme")));
  for (const { name } of action.httpHeaders ?? [])
    for (const problem of httpHeaderNameProblems(name)) errors.push(invalid(path.child("httpHeaders"), name, problem));
  return errors;
}

function validatePort(port: number | string, path: FieldPath): FieldError[] {
  const problems = typeof port === "number" ? portNumberProblems(port) : portNameProblems(port);
  return problems.map((problem) => invalid(path, port, problem));
}
