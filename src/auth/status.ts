/** The refusals of this room, worded as upstream words them. */
import { type StatusError, statusFailure } from "../api/mod.ts";

/** Says nothing about why, on purpose. */
export function unauthorized(): StatusError {
  return statusFailure(401, "Unauthorized", "Unauthorized");
}

export function badRequest(message: string): StatusError {
  return statusFailure(400, "BadRequest", message);
}

export function notFound(resource: string, name: string): StatusError {
  return statusFailure(404, "NotFound", `${resource} ${JSON.stringify(name)} not found`, { name, kind: resource });
}

/** `kind` is what the caller named, not a resource: the object that a token was to be bound to is another one now. */
export function conflict(kind: string, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${kind} ${JSON.stringify(name)}: ${why}`;
  return statusFailure(409, "Conflict", message, { name, kind });
}

/** One invalid field of an object that has no name of its own yet. */
export function invalidField(kind: { group: string; kind: string }, field: string, message: string): StatusError {
  return statusFailure(422, "Invalid", `${kind.kind}.${kind.group} "" is invalid: ${field}: ${message}`, {
    ...kind,
    causes: [{ reason: "FieldValueInvalid", message, field }],
  });
}
