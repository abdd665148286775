/** What a webhook's no, or its silence, is answered with. */
import { type metav1, StatusError, statusFailure } from "../../api/mod.ts";

/** 500: not the client's fault. */
export function internalError(message: string): StatusError {
  return statusFailure(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });
}

/** The client is gone, or its time is over. */
export function abandoned(): StatusError {
  return statusFailure(504, "Timeout", "Timeout: request did not complete within requested timeout", {});
}

/** The webhook could not be asked, or answered nonsense: `failurePolicy` decides what becomes of it. */
export class CallFailure extends Error {
  constructor(name: string, why: string, options?: ErrorOptions) {
    super(`failed calling webhook ${JSON.stringify(name)}: ${why}`, options);
    this.name = "CallFailure";
  }
}

/** The webhook's own Status, made fit to be a refusal. */
export function denial(name: string, given: Partial<metav1.Status> | undefined): StatusError {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`;
  const why = given?.message || given?.reason;
  const code = given?.code ?? 0;
  return new StatusError({
    ...given,
    kind: "Status",
    apiVersion: "v1",
    metadata: given?.metadata ?? {},
    status: given?.status && given.status !== "Success" ? given.status : "Failure",
    message: why ? `${by}: ${why}` : `${by} without explanation`,
    code: Math.max(code, 400),
  });
}

export function noDryRun(name: string): StatusError {
  return statusFailure(400, "BadRequest", `admission webhook ${JSON.stringify(name)} does not support dry run`);
}

export function cannotChange(name: string): StatusError {
  const why = "attempted to modify the object, which is not supported for this operation";
  return internalError(`admission webhook ${JSON.stringify(name)} ${why}`);
}
