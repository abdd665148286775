/** The refusals of this server, in the words of every API server. */
import { type metav1, type StatusError, statusFailure } from "../api/mod.ts";

export interface RefusedResource {
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

function named({ group, resource, name }: RefusedResource): metav1.StatusDetails {
  return { ...(name && { name }), group, kind: resource };
}

/** `resource` is the kind in small letters here, as upstream's server says it. */
export function notFound(resource: RefusedResource & { readonly name: string }): StatusError {
  const message = `${resource.resource}.${resource.group} ${JSON.stringify(resource.name)} not found`;
  return statusFailure(404, "NotFound", message, named(resource));
}

export function noSuchResource(): StatusError {
  return statusFailure(404, "NotFound", "the server could not find the requested resource", {});
}

export function methodNotAllowed(): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return statusFailure(405, "MethodNotAllowed", message, {});
}

export function unauthorized(): StatusError {
  return statusFailure(401, "Unauthorized", "Unauthorized");
}

export function badRequest(message: string): StatusError {
  return statusFailure(400, "BadRequest", message);
}

export function notAcceptable(): StatusError {
  const message = "only the following media types are accepted: application/json";
  return statusFailure(406, "NotAcceptable", message);
}

export function forbiddenPath(user: string, path: string): StatusError {
  const message = `forbidden: User ${JSON.stringify(user)} cannot get path ${JSON.stringify(path)}`;
  return statusFailure(403, "Forbidden", message, {});
}

export function forbidden(user: string, verb: string, resource: RefusedResource): StatusError {
  const { group, namespace, name } = resource;
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : "at the cluster scope";
  const what = `${resource.resource}.${group}${name ? ` ${JSON.stringify(name)}` : ""}`;
  const why = `cannot ${verb} resource ${JSON.stringify(resource.resource)} in API group ${JSON.stringify(group)} ${where}`;
  return statusFailure(403, "Forbidden", `${what} is forbidden: User ${JSON.stringify(user)} ${why}`, named(resource));
}
