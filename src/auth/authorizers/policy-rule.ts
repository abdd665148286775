/** What one rule of a role allows, and whether one set of rules covers another. */
import type { rbacv1 } from "../../api/mod.ts";
import type { AuthorizationAttributes } from "../contract.ts";

type ResourceAttributes = NonNullable<AuthorizationAttributes["resource"]>;
type Rule = rbacv1.PolicyRule;

const all = "*";

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes(value) || list.includes(all));
}

/** `pods`, `pods/log`, `*`, or `*` with a subresource: that subresource of everything. */
function coversResource(
  resources: readonly string[] | undefined,
  resource: string,
  subresource: string | undefined,
): boolean {
  if (resources === undefined) return false;
  if (!subresource) return has(resources, resource);
  return has(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

function coversName(rule: Rule, name: string | undefined): boolean {
  if (!rule.resourceNames?.length) return true;
  return name !== undefined && rule.resourceNames.includes(name);
}

/** A trailing star stands for any rest. */
function coversPath(urls: readonly string[] | undefined, path: string): boolean {
  if (urls === undefined) return false;
  return urls.some((url) => url === all || url === path || (url.endsWith(all) && path.startsWith(url.slice(0, -1))));
}

export function ruleAllows(rule: Rule, verb: string, resource: ResourceAttributes): boolean {
  return (
    has(rule.verbs, verb) &&
    has(rule.apiGroups, resource.group) &&
    coversResource(rule.resources, resource.resource, resource.subresource) &&
    coversName(rule, resource.name)
  );
}

export function ruleAllowsPath(rule: Rule, verb: string, path: string): boolean {
  return has(rule.verbs, verb) && coversPath(rule.nonResourceURLs, path);
}

/** A rule in its smallest parts: one verb on one thing each. */
function atoms(rule: Rule): Rule[] {
  const found: Rule[] = [];
  for (const verb of rule.verbs) {
    for (const url of rule.nonResourceURLs ?? []) found.push({ verbs: [verb], nonResourceURLs: [url] });
    for (const group of rule.apiGroups ?? [])
      for (const resource of rule.resources ?? []) found.push(...namedAtoms(rule, group, resource, verb));
  }
  return found;
}

function namedAtoms(rule: Rule, group: string, resource: string, verb: string): Rule[] {
  const atom = { verbs: [verb], apiGroups: [group], resources: [resource] };
  if (!rule.resourceNames?.length) return [atom];
  return rule.resourceNames.map((name) => ({ ...atom, resourceNames: [name] }));
}

function covers(held: Rule, atom: Rule): boolean {
  if (!has(held.verbs, atom.verbs[0]!)) return false;
  const url = atom.nonResourceURLs?.[0];
  if (url !== undefined) return coversPath(held.nonResourceURLs, url);
  const [resource, subresource] = atom.resources![0]!.split("/", 2);
  return (
    has(held.apiGroups, atom.apiGroups![0]!) &&
    coversResource(held.resources, resource!, subresource) &&
    coversName(held, atom.resourceNames?.[0])
  );
}

/** Joins parts that differ in nothing but their verb, so that a person can read them. */
function compact(parts: readonly Rule[]): Rule[] {
  const joined = new Map<string, Rule>();
  for (const part of parts) {
    const key = part.nonResourceURLs ? JSON.stringify(part) : JSON.stringify({ ...part, verbs: [] });
    const known = joined.get(key);
    joined.set(key, known ? { ...known, verbs: [...known.verbs, ...part.verbs] } : part);
  }
  return [...joined.values()];
}

/** What of `wanted` no rule of `held` allows. */
export function uncovered(held: readonly Rule[], wanted: readonly Rule[]): Rule[] {
  return compact(wanted.flatMap(atoms).filter((atom) => !held.some((rule) => covers(rule, atom))));
}

function quotedList(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(" ")}]`;
}

/** `{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}`, as refusals show rules. */
export function describeRule(rule: Rule): string {
  const parts = [
    ["APIGroups", rule.apiGroups],
    ["Resources", rule.resources],
    ["ResourceNames", rule.resourceNames],
    ["NonResourceURLs", rule.nonResourceURLs],
    ["Verbs", rule.verbs],
  ] as const;
  const shown = parts.filter(([, list]) => list?.length).map(([name, list]) => `${name}:${quotedList(list!)}`);
  return `{${shown.join(", ")}}`;
}
