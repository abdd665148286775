/**
 * The ways in which one may act as another (KEP-5284). A constrained way asks twice: whether the impersonator may act as that user at all, and
 * whether it may do so for what this request does. The legacy way, verb `impersonate`, asks the first only.
 */
import { isDns1123Label, isDns1123Subdomain } from "../../../api/mod.ts";
import {
  type AuthorizationAttributes,
  parseServiceAccountUserName,
  ServiceAccountExtra,
  serviceAccountGroups,
  type User,
} from "../../../auth/mod.ts";
import type { WantedUser } from "./impersonation-headers.ts";

export type AskedResource = NonNullable<AuthorizationAttributes["resource"]>;

export interface Question {
  readonly resource: AskedResource;
  /** Refused without asking anybody, for this reason. */
  readonly refusal?: string;
}

export interface Mode {
  /** Empty for the legacy way. */
  readonly name: string;
  readonly verb: string;
  /** What the impersonator must be allowed, in order; nothing where this is no way to become that user. */
  questions(wanted: WantedUser, impersonator: User): readonly Question[] | undefined;
  /** Groups that come with the name where none are asked for. */
  groups(wanted: WantedUser): readonly string[];
}

const group = "authentication.k8s.io";
const version = "v1";
const nodePrefix = "system:node:";
const mastersGroup = "system:masters";

function isNameOnly({ uid, groups, extra }: WantedUser): boolean {
  return uid === "" && groups.length === 0 && Object.keys(extra).length === 0;
}

function accountOf(name: string): { namespace: string; name: string } | undefined {
  const account = parseServiceAccountUserName(name);
  return account && isDns1123Label(account.namespace) && isDns1123Subdomain(account.name) ? account : undefined;
}

function nodeOf(name: string): string | undefined {
  const node = name.startsWith(nodePrefix) ? name.slice(nodePrefix.length) : "";
  return isDns1123Subdomain(node) ? node : undefined;
}

/** Service accounts that run on the node that they want to be: agents beside the node's own. */
const associatedNode: Mode = {
  name: "associated-node",
  verb: "impersonate:associated-node",
  questions(wanted, impersonator) {
    const node = nodeOf(wanted.name);
    const own = impersonator.extra?.[ServiceAccountExtra.nodeName];
    if (!node || !isNameOnly(wanted) || !accountOf(impersonator.name)) return undefined;
    if (own?.length !== 1 || own[0] !== node) return undefined;
    return [{ resource: { group, version, resource: "nodes", name: "*" } }];
  },
  groups: () => ["system:nodes"],
};

const arbitraryNode: Mode = {
  name: "arbitrary-node",
  verb: "impersonate:arbitrary-node",
  questions(wanted) {
    const node = nodeOf(wanted.name);
    return node && isNameOnly(wanted) ? [{ resource: { group, version, resource: "nodes", name: node } }] : undefined;
  },
  groups: () => ["system:nodes"],
};

const serviceAccount: Mode = {
  name: "serviceaccount",
  verb: "impersonate:serviceaccount",
  questions(wanted) {
    const account = accountOf(wanted.name);
    return account && isNameOnly(wanted)
      ? [{ resource: { group, version, resource: "serviceaccounts", ...account } }]
      : undefined;
  },
  groups: accountGroups,
};

const userInfo: Mode = {
  name: "user-info",
  verb: "impersonate:user-info",
  questions(wanted) {
    if (accountOf(wanted.name) || nodeOf(wanted.name)) return undefined;
    return [
      { resource: { group, version, resource: "users", name: wanted.name } },
      ...wanted.groups.map((name) => ({
        resource: { group, version, resource: "groups", name },
        ...(name === mastersGroup && { refusal: `impersonating the ${mastersGroup} group is not allowed` }),
      })),
      ...uidQuestion(wanted),
      ...Object.entries(wanted.extra).flatMap(([key, values]) => extraQuestions(key, values)),
    ];
  },
  groups: () => [],
};

const legacy: Mode = {
  name: "",
  verb: "impersonate",
  questions(wanted) {
    const account = accountOf(wanted.name);
    const own = account ? { resource: "serviceaccounts", ...account } : { resource: "users", name: wanted.name };
    return [
      { resource: { group: "", version, ...own } },
      ...wanted.groups.map((name) => ({ resource: { group: "", version, resource: "groups", name } })),
      ...uidQuestion(wanted),
      ...Object.entries(wanted.extra).flatMap(([key, values]) => values.map((value) => extraQuestion(key, value))),
    ];
  },
  groups: accountGroups,
};

function accountGroups({ name }: WantedUser): readonly string[] {
  const account = accountOf(name);
  return account ? serviceAccountGroups(account.namespace) : [];
}

function uidQuestion({ uid }: WantedUser): Question[] {
  return uid === "" ? [] : [{ resource: { group, version, resource: "uids", name: uid } }];
}

function extraQuestion(key: string, value: string): Question {
  return { resource: { group, version, resource: "userextras", subresource: key, name: value } };
}

const domainPath = /^([^/]+)\/.+$/;

function extraQuestions(key: string, values: readonly string[]): Question[] {
  const domain = domainPath.exec(key)?.[1];
  if (domain && isDns1123Subdomain(domain)) return values.map((value) => extraQuestion(key, value));
  const problem = `extra.key: Invalid value: ${JSON.stringify(key)}: must be a domain-prefixed path (such as "acme.io/foo")`;
  const refusal = `impersonating an invalid key in extra is not allowed: ${problem}`;
  return [{ resource: { group, version, resource: "userextras" }, refusal }];
}

/** In the order in which they are tried. */
export const modes: readonly Mode[] = [associatedNode, arbitraryNode, serviceAccount, userInfo, legacy];
