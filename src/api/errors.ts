/** Refusals of the API: the one error class that carries a `Status`, and questions to ask of any error. */
import type { Status, StatusDetails } from "./meta/v1/status.ts";

/** Thrown by servers and clients alike for every request that is answered with a failure `Status`. */
export class StatusError extends Error {
  readonly status: Status;

  constructor(status: Status, options?: ErrorOptions) {
    super(status.message ?? status.reason ?? "unknown", options);
    this.name = "StatusError";
    this.status = status;
  }

  /** The HTTP status; 500 where the server gave none. */
  get code(): number {
    return this.status.code ?? 500;
  }

  /** Upstream's word for the situation, `""` where there is none. */
  get reason(): string {
    return this.status.reason ?? "";
  }
}

/** A refusal with its keys in upstream's order. `reason` is missing where a situation has no word of its own. */
export function statusFailure(
  code: number,
  reason: string | undefined,
  message: string,
  details?: StatusDetails,
): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    ...(reason && { reason }),
    ...(details && { details }),
    code,
  });
}

export function isStatusError(error: unknown): error is StatusError {
  return error instanceof StatusError;
}

/** A reason decides where there is one; the code only where there is none, as in client-go. */
function isReason(error: unknown, reason: string, code: number): boolean {
  if (!isStatusError(error)) return false;
  return error.reason === reason || (error.code === code && !knownReasons.has(error.reason));
}

const knownReasons: ReadonlySet<string> = new Set([
  "AlreadyExists",
  "BadRequest",
  "Conflict",
  "Expired",
  "Forbidden",
  "Gone",
  "InternalError",
  "Invalid",
  "MethodNotAllowed",
  "NotAcceptable",
  "NotFound",
  "RequestEntityTooLarge",
  "ServerTimeout",
  "ServiceUnavailable",
  "StorageReadFailed",
  "Timeout",
  "TooManyRequests",
  "Unauthorized",
  "UnsupportedMediaType",
]);

export const isNotFound = (error: unknown): boolean => isReason(error, "NotFound", 404);
export const isAlreadyExists = (error: unknown): boolean => isStatusError(error) && error.reason === "AlreadyExists";
export const isConflict = (error: unknown): boolean => isReason(error, "Conflict", 409);
export const isInvalid = (error: unknown): boolean => isReason(error, "Invalid", 422);
export const isForbidden = (error: unknown): boolean => isReason(error, "Forbidden", 403);
export const isUnauthorized = (error: unknown): boolean => isReason(error, "Unauthorized", 401);
export const isBadRequest = (error: unknown): boolean => isReason(error, "BadRequest", 400);
export const isMethodNotSupported = (error: unknown): boolean => isReason(error, "MethodNotAllowed", 405);

/** For `.catch` of a write to what somebody else may have deleted meanwhile, where that is as good. */
export function ignoreNotFound(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
  return undefined;
}

/** History no longer reaches back to the resource version that was asked for: list anew. */
export const isGone = (error: unknown): boolean =>
  isStatusError(error) && (error.reason === "Expired" || error.reason === "Gone" || error.code === 410);

/** The namespace is being deleted: creating in it has no prospect. */
export const isNamespaceTerminating = (error: unknown): boolean =>
  isForbidden(error) &&
  ((error as StatusError).status.details?.causes ?? []).some(({ reason }) => reason === "NamespaceTerminating");
