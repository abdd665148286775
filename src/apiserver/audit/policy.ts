/** What is written down of which request: the rules of an audit policy file (audit.k8s.io/v1). The first that fits decides. */
import { ConfigurationError, readConfigFile, type Shape, type User } from "../../auth/mod.ts";
import type { RequestInfo } from "../request/request-info.ts";

export type Level = "None" | "Metadata" | "Request" | "RequestResponse";
export type Stage = "RequestReceived" | "ResponseStarted" | "ResponseComplete" | "Panic";

interface GroupResources {
  readonly group?: string;
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface PolicyRule {
  readonly level: Level;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly GroupResources[];
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly Stage[];
  readonly omitManagedFields?: boolean;
}

export interface Policy {
  readonly rules: readonly PolicyRule[];
  readonly omitStages?: readonly Stage[];
  readonly omitManagedFields?: boolean;
}

export interface AuditedHow {
  readonly level: Level;
  readonly omitStages: ReadonlySet<Stage>;
  readonly omitManagedFields: boolean;
}

const shape: Shape = {
  metadata: true,
  omitStages: true,
  omitManagedFields: true,
  rules: [
    {
      level: true,
      users: true,
      userGroups: true,
      verbs: true,
      resources: [{ group: true, resources: true, resourceNames: true }],
      namespaces: true,
      nonResourceURLs: true,
      omitStages: true,
      omitManagedFields: true,
    },
  ],
};

const levels: readonly string[] = ["None", "Metadata", "Request", "RequestResponse"];
const stages: readonly string[] = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"];

/** Throws `ConfigurationError`. */
export function readAuditPolicy(file: string): Policy {
  const policy = readConfigFile<Policy>(file, "Policy", { shape, group: "audit.k8s.io", versions: ["v1"] });
  if (!policy.rules?.length) throw new ConfigurationError(`${file}: an audit policy needs at least one rule`);
  checkStages(policy.omitStages, "omitStages");
  for (const [index, rule] of policy.rules.entries()) checkRule(rule, `rules[${index}]`);
  return policy;
}

function checkStages(omitted: readonly Stage[] | undefined, path: string): void {
  for (const stage of omitted ?? [])
    if (!stages.includes(stage)) throw new ConfigurationError(`${path}: unknown stage ${JSON.stringify(stage)}`);
}

function checkRule(rule: PolicyRule, path: string): void {
  const { level, resources = [], namespaces = [], nonResourceURLs = [], omitStages } = rule;
  if (!levels.includes(level)) throw new ConfigurationError(`${path}.level: unknown level ${JSON.stringify(level)}`);
  checkStages(omitStages, `${path}.omitStages`);
  if (nonResourceURLs.length > 0 && resources.length + namespaces.length > 0)
    throw new ConfigurationError(
      `${path}.nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs`,
    );
  for (const url of nonResourceURLs)
    if (url !== "*" && (!url.startsWith("/") || url.slice(0, -1).includes("*")))
      throw new ConfigurationError(
        `${path}.nonResourceURLs: ${JSON.stringify(url)} must begin with "/", with "*" at its end only`,
      );
  for (const [index, one] of resources.entries())
    if (one.resourceNames?.length && !one.resources?.length)
      throw new ConfigurationError(
        `${path}.resources[${index}].resourceNames: using resourceNames requires at least one resource`,
      );
}

/** `user`: as whom the request came, before it acts as another; nothing where it could not be told. */
export function auditedHow(policy: Policy, info: RequestInfo, user: User | undefined): AuditedHow {
  const rule = policy.rules.find((one) => fits(one, info, user));
  return {
    level: rule?.level ?? "None",
    omitStages: new Set([...(policy.omitStages ?? []), ...(rule?.omitStages ?? [])]),
    omitManagedFields: rule?.omitManagedFields ?? policy.omitManagedFields ?? false,
  };
}

function fits(rule: PolicyRule, info: RequestInfo, user: User | undefined): boolean {
  const { users = [], userGroups = [], verbs = [], resources = [], namespaces = [], nonResourceURLs = [] } = rule;
  if (users.length > 0 && !users.includes(user?.name ?? "")) return false;
  if (userGroups.length > 0 && !userGroups.some((group) => user?.groups.includes(group))) return false;
  if (verbs.length > 0 && !verbs.includes(info.resource?.verb ?? info.pathVerb)) return false;
  if (resources.length + namespaces.length > 0) return fitsResource(rule, info);
  return nonResourceURLs.length === 0 || (!info.resource && nonResourceURLs.some((url) => fitsPath(url, info.path)));
}

function fitsPath(url: string, path: string): boolean {
  return url.endsWith("*") ? path.startsWith(url.slice(0, -1)) : path === url;
}

function fitsResource({ resources = [], namespaces = [] }: PolicyRule, { resource: asked }: RequestInfo): boolean {
  if (!asked) return false;
  if (namespaces.length > 0 && !namespaces.includes(asked.namespace)) return false;
  return (
    resources.length === 0 ||
    resources.some(({ group = "", resources: names = [], resourceNames = [] }) => {
      if (group !== asked.group) return false;
      if (names.length > 0 && !names.some((name) => fitsName(name, asked.resource, asked.subresource))) return false;
      return resourceNames.length === 0 || resourceNames.includes(asked.name);
    })
  );
}

/** `pods`, `pods/log`, `pods/*` for its subresources alone, the like for every resource, and `*` for all. */
function fitsName(name: string, resource: string, subresource: string): boolean {
  if (name === "*") return true;
  const [wanted, below] = name.split("/");
  if (below === undefined) return wanted === resource && subresource === "";
  if (subresource === "") return false;
  return (wanted === "*" || wanted === resource) && (below === "*" || below === subresource);
}
