/** Acting as somebody else, where the authorizer lets the user: `Impersonate-User` and its companions. */
import type { IncomingHttpHeaders } from "node:http";
import type { Authorizer, User } from "../../auth/mod.ts";
import { forbiddenRequest, internalError } from "../errors.ts";

const extraPrefix = "impersonate-extra-";
const serviceAccountPrefix = "system:serviceaccount:";

/** The user to go on as. Throws the 403 where one of the parts is not allowed. */
export async function impersonate(authorizer: Authorizer, user: User, headers: IncomingHttpHeaders): Promise<User> {
  const name = one(headers["impersonate-user"]);
  const groups = all(headers["impersonate-group"]);
  const uid = one(headers["impersonate-uid"]);
  const extra = extraOf(headers);
  if (name === "") {
    if (groups.length > 0 || uid !== "" || Object.keys(extra).length > 0)
      throw internalError("requested impersonation without a user: impersonation of groups, uid or extra needs a user");
    return user;
  }
  const check = (resource: Asked) => mustAllow(authorizer, user, resource);
  await check(userResource(name));
  for (const group of groups) await check({ group: "", resource: "groups", name: group });
  if (uid !== "") await check({ group: "authentication.k8s.io", resource: "uids", name: uid });
  for (const [key, values] of Object.entries(extra))
    for (const value of values)
      await check({ group: "authentication.k8s.io", resource: "userextras", subresource: key, name: value });
  return {
    name,
    groups: effectiveGroups(name, groups),
    ...(uid && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

interface Asked {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name: string;
}

async function mustAllow(authorizer: Authorizer, user: User, resource: Asked): Promise<void> {
  const verb = "impersonate";
  const attributes = { user, verb, resource: { version: "v1", ...resource } };
  const { decision, reason } = await authorizer.authorize(attributes);
  if (decision !== "allow") throw forbiddenRequest({ userName: user.name, verb, resource, ...(reason && { reason }) });
}

function userResource(name: string): Asked {
  const [namespace, account] = name.startsWith(serviceAccountPrefix)
    ? name.slice(serviceAccountPrefix.length).split(":")
    : [];
  if (namespace && account) return { group: "", resource: "serviceaccounts", namespace, name: account };
  return { group: "", resource: "users", name };
}

/** What comes with a name: a service account has its groups, everybody but the anonymous user is authenticated. */
function effectiveGroups(name: string, groups: readonly string[]): string[] {
  const result = [...groups];
  if (name.startsWith(serviceAccountPrefix) && groups.length === 0) {
    const namespace = name.slice(serviceAccountPrefix.length).split(":")[0];
    result.push("system:serviceaccounts", `system:serviceaccounts:${namespace}`);
  }
  const own = name === "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
  return result.includes(own) || result.includes("system:unauthenticated") ? result : [...result, own];
}

function one(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

/** Node joins repeated headers with a comma; group names have none. */
function all(value: string | string[] | undefined): string[] {
  const values = Array.isArray(value) ? value : (value ?? "").split(",");
  return values.map((text) => text.trim()).filter((text) => text !== "");
}

function extraOf(headers: IncomingHttpHeaders): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const [key, value] of Object.entries(headers))
    if (key.startsWith(extraPrefix)) extra[decodeURIComponent(key.slice(extraPrefix.length))] = all(value);
  return extra;
}
