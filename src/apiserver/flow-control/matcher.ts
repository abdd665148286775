/** Which requests a FlowSchema is about (KEP-1040): a user, and what is asked for. Compiled once per change of the schema. */
import type { flowcontrolv1 } from "../../api/mod.ts";
import type { User } from "../../auth/mod.ts";
import type { RequestInfo, ResourceRequest } from "../request/request-info.ts";

const serviceAccountPrefix = "system:serviceaccount:";

export interface SchemaRule {
  /** The rule is about this user, whatever is asked for. */
  covers(user: User): boolean;
  /** The rule is about this, whoever asks. */
  allows(info: RequestInfo): boolean;
}

export function compileRules(spec: flowcontrolv1.FlowSchemaSpec): SchemaRule[] {
  return (spec.rules ?? []).map((rule) => {
    const subjects = (rule.subjects ?? []).map(compileSubject);
    const resources = (rule.resourceRules ?? []).map(compileResourceRule);
    const paths = (rule.nonResourceRules ?? []).map(compilePathRule);
    return {
      covers: (user) => subjects.some((covers) => covers(user)),
      allows: (info) =>
        info.resource ? resources.some((allows) => allows(info.resource!)) : paths.some((allows) => allows(info)),
    };
  });
}

function compileSubject({ kind, user, group, serviceAccount }: flowcontrolv1.Subject): (user: User) => boolean {
  if (kind === "User" && user) return ({ name }) => user.name === "*" || user.name === name;
  if (kind === "Group" && group) return ({ groups }) => group.name === "*" || (groups ?? []).includes(group.name);
  if (kind !== "ServiceAccount" || !serviceAccount) return () => false;
  const namespacePrefix = `${serviceAccountPrefix}${serviceAccount.namespace}:`;
  if (serviceAccount.name === "*") return ({ name }) => name.startsWith(namespacePrefix);
  return ({ name }) => name === namespacePrefix + serviceAccount.name;
}

function compileResourceRule(rule: flowcontrolv1.ResourcePolicyRule): (request: ResourceRequest) => boolean {
  const verbs = oneOf(rule.verbs);
  const groups = oneOf(rule.apiGroups);
  const resources = oneOf(rule.resources);
  const namespaces = oneOf(rule.namespaces);
  const clusterScope = rule.clusterScope ?? false;
  return ({ verb, group, resource, subresource, namespace }) => {
    if (!verbs(verb) || !groups(group)) return false;
    if (!resources(subresource === "" ? resource : `${resource}/${subresource}`)) return false;
    return namespace === "" ? clusterScope : namespaces(namespace);
  };
}

function compilePathRule(rule: flowcontrolv1.NonResourcePolicyRule): (info: RequestInfo) => boolean {
  const verbs = oneOf(rule.verbs);
  const urls = rule.nonResourceURLs ?? [];
  const matches = (path: string) =>
    urls.some((url) => url === "*" || url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1))));
  return ({ pathVerb, path }) => verbs(pathVerb) && matches(path);
}

function oneOf(values: readonly string[] = []): (value: string) => boolean {
  if (values.includes("*")) return () => true;
  if (values.length === 1) return (value) => value === values[0];
  const set = new Set(values);
  return (value) => set.has(value);
}
