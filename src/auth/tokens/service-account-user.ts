/** Names under which service accounts act. */
import type { User } from "../contract.ts";

const prefix = "system:serviceaccount:";
const groupPrefix = "system:serviceaccounts";

/** Extra fields of a user that is a service account with a bound token. */
export const ServiceAccountExtra = Object.freeze({
  credentialId: "authentication.kubernetes.io/credential-id",
  podName: "authentication.kubernetes.io/pod-name",
  podUid: "authentication.kubernetes.io/pod-uid",
  nodeName: "authentication.kubernetes.io/node-name",
  nodeUid: "authentication.kubernetes.io/node-uid",
});

export function serviceAccountUserName(namespace: string, name: string): string {
  return `${prefix}${namespace}:${name}`;
}

export function serviceAccountGroups(namespace: string): readonly string[] {
  return [groupPrefix, `${groupPrefix}:${namespace}`];
}

/** The account that a user name stands for, or nothing. */
export function parseServiceAccountUserName(userName: string): { namespace: string; name: string } | undefined {
  if (!userName.startsWith(prefix)) return undefined;
  const parts = userName.slice(prefix.length).split(":");
  if (parts.length !== 2 || parts[0] === "" || parts[1] === "") return undefined;
  return { namespace: parts[0]!, name: parts[1]! };
}

export function serviceAccountUser(
  account: { namespace: string; name: string; uid?: string },
  extra: Readonly<Record<string, string | undefined>> = {},
): User {
  const known = Object.entries(extra).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    name: serviceAccountUserName(account.namespace, account.name),
    ...(account.uid !== undefined && { uid: account.uid }),
    groups: serviceAccountGroups(account.namespace),
    ...(known.length > 0 && { extra: Object.fromEntries(known.map(([key, value]) => [key, [value]])) }),
  };
}
