/** May this user do this? Asked for every request, in process too. */
import { parseFieldSelector, SelectorError } from "../../api/mod.ts";
import type { AuthorizationAttributes, Authorizer, Decision, User } from "../../auth/mod.ts";
import { forbiddenRequest, plainFailure } from "../errors.ts";
import type { RequestInfo } from "./request-info.ts";

/** Throws the 403. Synchronous where the authorizer is. `note` hears the decision first. */
export function authorize(
  authorizer: Authorizer,
  user: User,
  info: RequestInfo,
  note?: (decision: Decision) => void,
): void | Promise<void> {
  const attributes = attributesOf(user, info);
  const decision = authorizer.authorize(attributes);
  const settle = (settled: Decision) => {
    note?.(settled);
    enforce(settled, attributes);
  };
  return decision instanceof Promise ? decision.then(settle) : settle(decision);
}

function enforce({ decision, reason, error }: Decision, { user, verb, resource, path }: AuthorizationAttributes): void {
  if (decision === "allow") return;
  if (error) throw plainFailure(`Internal Server Error: ${error}`);
  throw forbiddenRequest({
    userName: user.name,
    verb,
    ...(resource && { resource }),
    ...(path !== undefined && { path }),
    ...(reason && { reason }),
  });
}

export function attributesOf(user: User, { resource, query, path, pathVerb }: RequestInfo): AuthorizationAttributes {
  if (!resource) return { user, verb: pathVerb, path };
  const { verb, group, version, subresource, namespace, name } = resource;
  const fieldSelector = query.size > 0 ? query.get("fieldSelector") : null;
  const labelSelector = query.size > 0 ? query.get("labelSelector") : null;
  const oneName = name || (fieldSelector ? nameInSelector(verb, fieldSelector) : "");
  return {
    user,
    verb,
    resource: {
      group,
      version,
      resource: resource.resource,
      ...(subresource && { subresource }),
      ...(namespace && { namespace }),
      ...(oneName && { name: oneName }),
      ...(fieldSelector && { fieldSelector }),
      ...(labelSelector && { labelSelector }),
    },
  };
}

/**
 * A list of one name is a request for that name: a rule for one Secret lets its reader watch it. Not so a removal: it takes a rule for all. Read
 * by the same parser that selects: what only looks like a name, within the value of another field say, lets nobody in.
 */
function nameInSelector(verb: string, selector: string): string {
  if (verb !== "list" && verb !== "watch") return "";
  try {
    const name = parseFieldSelector(selector).exact("metadata.name") ?? "";
    return name === "." || name === ".." || /[/%]/.test(name) ? "" : name;
  } catch (error) {
    if (error instanceof SelectorError) return "";
    throw error;
  }
}
