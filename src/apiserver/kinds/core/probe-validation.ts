/** Probes and lifecycle hooks: what a node does to a container from outside. */
import { corev1, httpHeaderNameProblems, portNameProblems, portNumberProblems } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { nonNegative, oneOf, textErrors } from "../../validation/rules.ts";

type Handler = corev1.Probe & corev1.LifecycleHandler;

export type ProbeRole = "liveness" | "readiness" | "startup";

const timings = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
] as const;

export function validateProbe(probe: corev1.Probe, role: ProbeRole, path: FieldPath, errors: FieldError[]): void {
  validateHandler(probe, path, errors);
  for (const key of timings) nonNegative(probe[key], path.child(key), errors);
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0)
    errors.push(invalid(path.child("terminationGracePeriodSeconds"), grace, "must be greater than 0"));
  if (role === "readiness") {
    if (grace !== undefined)
      errors.push(invalid(path.child("terminationGracePeriodSeconds"), grace, "must not be set for readinessProbes"));
  } else if (probe.successThreshold !== 1)
    errors.push(invalid(path.child("successThreshold"), probe.successThreshold ?? 0, "must be 1"));
}

export function validateLifecycle(
  { postStart, preStop }: corev1.Lifecycle,
  grace: number | undefined,
  path: FieldPath,
  errors: FieldError[],
): void {
  if (postStart) validateHandler(postStart, path.child("postStart"), errors, grace);
  if (preStop) validateHandler(preStop, path.child("preStop"), errors, grace);
}

/** Exactly one way, and a sound one. `grace`: the pod's grace period, which a sleep must fit in. */
function validateHandler(handler: Handler, path: FieldPath, errors: FieldError[], grace?: number): void {
  let found = 0;
  const add = (name: string, check: (at: FieldPath) => void) => {
    if (found++ > 0) errors.push(forbidden(path.child(name), "may not specify more than 1 handler type"));
    else check(path.child(name));
  };
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (exec)
    add("exec", (at) => {
      if (!exec.command?.length) errors.push(required(at.child("command")));
    });
  if (httpGet) add("httpGet", (at) => validateHttpGet(httpGet, at, errors));
  if (tcpSocket) add("tcpSocket", (at) => validatePort(tcpSocket.port, at.child("port"), errors));
  if (grpc) add("grpc", (at) => validatePort(grpc.port, at.child("port"), errors));
  if (sleep) add("sleep", (at) => validateSleep(sleep.seconds, grace, at, errors));
  if (found === 0) errors.push(required(path, "must specify a handler type"));
}

function validateSleep(seconds: number, grace: number | undefined, path: FieldPath, errors: FieldError[]): void {
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return;
  const text = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
  errors.push(invalid(path, seconds, text));
}

function validateHttpGet(action: corev1.HTTPGetAction, path: FieldPath, errors: FieldError[]): void {
  if (!action.path) errors.push(required(path.child("path")));
  validatePort(action.port, path.child("port"), errors);
  oneOf(action.scheme, corev1.uriScheme.enum, path.child("scheme"), errors);
  for (const { name } of action.httpHeaders ?? [])
    textErrors(name, httpHeaderNameProblems, path.child("httpHeaders"), errors);
}

function validatePort(port: number | string, path: FieldPath, errors: FieldError[]): void {
  const problems = typeof port === "number" ? portNumberProblems(port) : portNameProblems(port);
  for (const problem of problems) errors.push(invalid(path, port, problem));
}
