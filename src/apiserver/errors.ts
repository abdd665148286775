/**
 * Every answer that refuses a request, in one place: the metav1.Status of each situation, in the words clients match on. A function here makes
 * the error; who meets the situation throws it.
 */
import { type metav1, StatusError, statusFailure } from "../api/mod.ts";
import { type FieldError, type InvalidObject, invalidStatus } from "./validation/field-error.ts";

/** What names a resource in messages: `pods` or `deployments.apps`. */
export interface ResourceName {
  readonly group: string;
  readonly resource: string;
}

export function qualifiedResource({ group, resource }: ResourceName): string {
  return group === "" ? resource : `${resource}.${group}`;
}

function resourceDetails({ group, resource }: ResourceName, name: string): metav1.StatusDetails {
  return { ...(name && { name }), ...(group && { group }), kind: resource };
}

export function badRequest(message: string): StatusError {
  return statusFailure(400, "BadRequest", message);
}

export function unauthorized(): StatusError {
  return statusFailure(401, "Unauthorized", "Unauthorized");
}

export interface ForbiddenRequest {
  readonly userName: string;
  readonly verb: string;
  readonly resource?: ResourceName & {
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly path?: string;
  readonly reason?: string;
}

/** The authorizer said no. */
export function forbiddenRequest(request: ForbiddenRequest): StatusError {
  const user = JSON.stringify(request.userName);
  const tail = request.reason ? `: ${request.reason}` : "";
  if (!request.resource) {
    const message = `forbidden: User ${user} cannot ${request.verb} path ${JSON.stringify(request.path)}${tail}`;
    return statusFailure(403, "Forbidden", message, {});
  }
  const { group, resource, subresource, namespace, name } = request.resource;
  const full = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : "at the cluster scope";
  const what = `cannot ${request.verb} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)} ${where}`;
  return forbidden({ group, resource }, name ?? "", `User ${user} ${what}${tail}`);
}

/** A gate other than the authorizer said no: admission, quota, a name that may not be deleted. */
export function forbidden(
  resource: ResourceName,
  name: string,
  why: string,
  causes?: metav1.StatusCause[],
): StatusError {
  const full = qualifiedResource(resource);
  const object = name === "" ? full : `${full} ${JSON.stringify(name)}`;
  const details = { ...resourceDetails(resource, name), ...(causes && { causes }) };
  return statusFailure(403, "Forbidden", `${object} is forbidden: ${why}`, details);
}

export function notFound(resource: ResourceName, name: string): StatusError {
  const message = `${qualifiedResource(resource)} ${JSON.stringify(name)} not found`;
  return statusFailure(404, "NotFound", message, resourceDetails(resource, name));
}

/** No such resource or subresource in a group and version that is served. */
export function noSuchResource(): StatusError {
  return statusFailure(404, "NotFound", "the server could not find the requested resource", {});
}

export function methodNotAllowed(): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return statusFailure(405, "MethodNotAllowed", message, {});
}

/** In the words for custom resources. */
export function methodNotSupported(resource: ResourceName, verb: string): StatusError {
  const message = `${verb} is not supported on resources of kind "${qualifiedResource(resource)}"`;
  return statusFailure(405, "MethodNotAllowed", message, resourceDetails(resource, ""));
}

/** The definition of the resource is being deleted. */
export function notAllowedWhileTerminating(verb: string): StatusError {
  const message = `${verb} not allowed while custom resource definition is terminating`;
  return statusFailure(405, "MethodNotAllowed", message, {});
}

/** Nothing acceptable can be made of what exists; `available` lists media types. */
export function notAcceptable(available: readonly string[]): StatusError {
  const message = `406: Not Acceptable\n\nAvailable representations: ${available.join(", ")}`;
  return statusFailure(406, "NotAcceptable", message, {});
}

/** The media type is known, but not with these parameters. */
export function notAcceptableOnly(accepted: readonly string[]): StatusError {
  return notAcceptableBecause(`only the following media types are accepted: ${accepted.join(", ")}`);
}

export function notAcceptableBecause(message: string): StatusError {
  return statusFailure(406, "NotAcceptable", message);
}

export function alreadyExists(resource: ResourceName, name: string): StatusError {
  const message = `${qualifiedResource(resource)} ${JSON.stringify(name)} already exists`;
  return statusFailure(409, "AlreadyExists", message, resourceDetails(resource, name));
}

/** All names that were tried for a `generateName` were taken. */
export function generateNameTaken(resource: ResourceName, name: string): StatusError {
  const text = "already exists, the server was not able to generate a unique name for the object";
  const message = `${qualifiedResource(resource)} ${JSON.stringify(name)} ${text}`;
  return statusFailure(409, "AlreadyExists", message, { ...resourceDetails(resource, name), retryAfterSeconds: 1 });
}

/** The name is still held by an object that is on its way out. */
export function beingDeleted(resource: ResourceName, name: string): StatusError {
  const message = `object is being deleted: ${qualifiedResource(resource)} ${JSON.stringify(name)} already exists`;
  return statusFailure(409, "AlreadyExists", message, resourceDetails(resource, name));
}

/** `what` is how the message names the object: a resource, or for preconditions a kind. */
export function conflict(resource: ResourceName, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedResource(resource)} ${JSON.stringify(name)}: ${why}`;
  return statusFailure(409, "Conflict", message, resourceDetails(resource, name));
}

const modifiedText = "the object has been modified; please apply your changes to the latest version and try again";

export function modified(resource: ResourceName, name: string): StatusError {
  return conflict(resource, name, modifiedText);
}

/** History no longer reaches back to where a watch or a list wants to start. */
export function expired(message: string): StatusError {
  return statusFailure(410, "Expired", message);
}

export function tooOldResourceVersion(wanted: number, oldest: number): StatusError {
  return expired(`too old resource version: ${wanted} (${oldest})`);
}

const expiredContinueText =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/** `continueToken` goes on from the same key without consistency. */
export function expiredContinue(continueToken: string): StatusError {
  return new StatusError({
    ...statusFailure(410, "Expired", expiredContinueText).status,
    metadata: { continue: continueToken },
  });
}

export function entityTooLarge(limitBytes: number): StatusError {
  return entityTooLargeBecause(`Request entity too large: limit is ${limitBytes}`);
}

export function entityTooLargeBecause(message: string): StatusError {
  return statusFailure(413, "RequestEntityTooLarge", message);
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const list = accepted.join(", ");
  const message = `the body of the request was in an unknown format - accepted media types include: ${list}`;
  return statusFailure(415, "UnsupportedMediaType", message);
}

/** A PATCH whose content type names no kind of patch. */
export function unsupportedPatchType(): StatusError {
  return statusFailure(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
}

export function invalid(object: InvalidObject, errors: readonly FieldError[]): StatusError {
  const status = invalidStatus(object, errors);
  // Where upstream does not know the kind it leaves it out.
  if (object.kind === "" && status.details) delete status.details.kind;
  return new StatusError(status);
}

/** A JSON patch that parses but does not fit the object. */
export function unprocessable(): StatusError {
  return statusFailure(422, "Invalid", "the server rejected our request due to an error in our request", {});
}

export function tooManyRequests(
  message: string,
  retryAfterSeconds: number,
  details: metav1.StatusDetails = {},
): StatusError {
  return statusFailure(429, "TooManyRequests", message, {
    ...details,
    ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
  });
}

export function internalError(why: string): StatusError {
  return statusFailure(500, "InternalError", `Internal error occurred: ${why}`, { causes: [{ message: why }] });
}

/** Upstream answers a few client mistakes with a bare 500: no reason, no details. */
export function plainFailure(message: string): StatusError {
  return statusFailure(500, undefined, message);
}

export function unavailable(message: string): StatusError {
  return statusFailure(503, "ServiceUnavailable", message);
}

export function timeout(message: string, retryAfterSeconds: number): StatusError {
  return statusFailure(504, "Timeout", `Timeout: ${message}`, { retryAfterSeconds });
}

/** The client is gone, or has been told that its time is over. */
export function abandoned(): StatusError {
  return statusFailure(504, "Timeout", "Timeout: request did not complete within requested timeout", {});
}

/** Who asks for just that version is not told to try again: no `retryAfterSeconds`. */
export function resourceVersionTooLarge(wanted: number, current: number, retryAfterSeconds = 1): StatusError {
  const message = `Timeout: Too large resource version: ${wanted}, current: ${current}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  return statusFailure(504, "Timeout", message, { causes, ...(retryAfterSeconds > 0 && { retryAfterSeconds }) });
}

/** Whatever was thrown, as a Status: errors that are none of ours are a bug, and are said to be one. */
export function toStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  return internalError(error instanceof Error ? error.message : String(error));
}
