/** The names that the system itself gives to users and groups. */
import type { User } from "./contract.ts";

export const Group = Object.freeze({
  authenticated: "system:authenticated",
  unauthenticated: "system:unauthenticated",
  masters: "system:masters",
  nodes: "system:nodes",
});

/** Who shows no credential at all. */
export const anonymous: User = Object.freeze({
  name: "system:anonymous",
  groups: Object.freeze([Group.unauthenticated]),
});

const nodeUserPrefix = "system:node:";

/** The node that a user is the agent of, or nothing. */
export function nodeNameOf(user: User): string | undefined {
  if (!user.name.startsWith(nodeUserPrefix) || !user.groups.includes(Group.nodes)) return undefined;
  return user.name.slice(nodeUserPrefix.length) || undefined;
}
