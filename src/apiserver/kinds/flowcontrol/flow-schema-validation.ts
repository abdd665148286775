import { dns1123LabelProblems, dns1123SubdomainProblems, flowcontrolv1 } from "../../../api/mod.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { requiredText, sameJson, textErrors } from "../../validation/rules.ts";
import { fixedFlowSchemas } from "./fixed-specs.ts";

const path = field("spec");
const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];
const subjectKinds = { ServiceAccount: "serviceAccount", User: "user", Group: "group" } as const;

export function validateFlowSchema({ metadata, spec }: flowcontrolv1.FlowSchema): FieldError[] {
  const errors = validateSpec(metadata.name, spec);
  const fixed = fixedFlowSchemas.get(metadata.name);
  if (!fixed || sameJson(fixed, spec)) return errors;
  const form = internalForm(flowcontrolv1.flowSchemaSpec, spec);
  return [...errors, invalid(path, form, `spec of '${metadata.name}' must equal the fixed value`)];
}

function validateSpec(name: string, spec: flowcontrolv1.FlowSchemaSpec | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const precedence = spec?.matchingPrecedence ?? 0;
  const at = path.child("matchingPrecedence");
  if (precedence <= 0) errors.push(invalid(at, precedence, "must be a positive value"));
  if (precedence > 10_000) errors.push(invalid(at, precedence, "must not be greater than 10000"));
  if (precedence === 1 && name !== "exempt")
    errors.push(invalid(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
  const method = spec?.distinguisherMethod?.type;
  if (spec?.distinguisherMethod && method !== "ByUser" && method !== "ByNamespace")
    errors.push(
      notSupported(path.child("distinguisherMethod", "type"), { Type: method ?? "" }, ["ByNamespace", "ByUser"]),
    );
  const level = spec?.priorityLevelConfiguration?.name;
  const levelPath = path.child("priorityLevelConfiguration", "name");
  if (!level) errors.push(required(levelPath, "must reference a priority level"));
  else textErrors(level, dns1123SubdomainProblems, levelPath, errors);
  const rules = spec?.rules ?? [];
  return [...errors, ...rules.flatMap((rule, position) => validateRules(rule, path.child("rules").index(position)))];
}

function validateRules(rule: flowcontrolv1.PolicyRulesWithSubjects, at: FieldPath): FieldError[] {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rule;
  const errors: FieldError[] = [];
  if (subjects.length === 0) errors.push(required(at.child("subjects"), "subjects must contain at least one value"));
  for (const [position, subject] of subjects.entries())
    errors.push(...validateSubject(subject, at.child("subjects").index(position)));
  if (resourceRules.length + nonResourceRules.length === 0)
    errors.push(required(at, "at least one of resourceRules and nonResourceRules has to be non-empty"));
  for (const [position, one] of resourceRules.entries())
    errors.push(...validateResourceRule(one, at.child("resourceRules").index(position)));
  for (const [position, one] of nonResourceRules.entries())
    errors.push(...validateNonResourceRule(one, at.child("nonResourceRules").index(position)));
  return errors;
}

function validateSubject(subject: flowcontrolv1.Subject, at: FieldPath): FieldError[] {
  if (!Object.hasOwn(subjectKinds, subject.kind))
    return [notSupported(at.child("kind"), subject.kind ?? "", Object.keys(subjectKinds).sort())];
  const kind = subject.kind as keyof typeof subjectKinds;
  const own = subjectKinds[kind];
  const errors = subject[own]
    ? validateNamed(subject, kind, at.child(own))
    : [required(at.child(own), `${own} is required when subject kind is '${kind}'`)];
  for (const [other, key] of Object.entries(subjectKinds))
    if (key !== own && subject[key])
      errors.push(forbidden(at.child(key), `${key} is forbidden when subject kind is not '${other}'`));
  return errors;
}

function validateNamed(
  { user, group, serviceAccount }: flowcontrolv1.Subject,
  kind: keyof typeof subjectKinds,
  at: FieldPath,
): FieldError[] {
  if (kind === "User") return user?.name ? [] : [required(at.child("name"))];
  if (kind === "Group") return group?.name ? [] : [required(at.child("name"))];
  const { name, namespace } = serviceAccount!;
  const errors = name === "*" ? [] : requiredText(name, dns1123SubdomainProblems, at.child("name"));
  if (!namespace) errors.push(required(at.child("namespace"), "must specify namespace for service account"));
  else textErrors(namespace, dns1123LabelProblems, at.child("namespace"), errors);
  return errors;
}

function validateResourceRule(rule: flowcontrolv1.ResourcePolicyRule, at: FieldPath): FieldError[] {
  const { apiGroups = [], resources = [], namespaces = [], clusterScope } = rule;
  const errors = validateVerbs(rule.verbs ?? [], at.child("verbs"));
  errors.push(...wildcardAlone(apiGroups, "api groups", at.child("apiGroups")));
  if (apiGroups.length === 0)
    errors.push(required(at.child("apiGroups"), "resource rules must supply at least one api group"));
  errors.push(...wildcardAlone(resources, "resources", at.child("resources")));
  if (resources.length === 0)
    errors.push(required(at.child("resources"), "resource rules must supply at least one resource"));
  return [...errors, ...validateNamespaces(namespaces, clusterScope === true, at.child("namespaces"))];
}

function validateNamespaces(namespaces: readonly string[], clusterScope: boolean, at: FieldPath): FieldError[] {
  if (namespaces.length === 0) {
    const text = "resource rules that are not cluster scoped must supply at least one namespace";
    return clusterScope ? [] : [required(at, text)];
  }
  if (namespaces.includes("*")) return wildcardAlone(namespaces, "namespaces", at);
  return namespaces.flatMap((name, position) =>
    dns1123LabelProblems(name).map((problem) =>
      invalid(at.index(position), name, `each member of this list must be '*' or a DNS-1123 label; ${problem}`),
    ),
  );
}

function validateNonResourceRule(rule: flowcontrolv1.NonResourcePolicyRule, at: FieldPath): FieldError[] {
  const urls = rule.nonResourceURLs ?? [];
  const where = at.child("nonResourceURLs");
  const errors = validateVerbs(rule.verbs ?? [], at.child("verbs"));
  if (urls.length === 0) return [...errors, required(where, "nonResourceURLs must contain at least one value")];
  if (urls.includes("*")) return [...errors, ...wildcardAlone(urls, "non-resource URLs", where)];
  for (const [position, url] of urls.entries()) {
    const problem = urlProblem(url);
    if (problem) errors.push(invalid(where.index(position), url, problem));
  }
  return errors;
}

function urlProblem(url: string): string | undefined {
  if (url === "") return "must not be empty";
  if (url === "/") return undefined;
  if (!url.startsWith("/")) return "must start with slash";
  if (url.includes(" ")) return "must not contain white-space";
  if (url.includes("//")) return "must not contain double slash";
  return url.replace(/\/\*$/, "").includes("*") ? "wildcard can only do suffix matching" : undefined;
}

function validateVerbs(list: readonly string[], at: FieldPath): FieldError[] {
  if (list.length === 0) return [required(at, "verbs must contain at least one value")];
  if (list.includes("*")) return wildcardAlone(list, "verbs", at);
  return list.every((verb) => verbs.includes(verb)) ? [] : [notSupported(at, list, verbs)];
}

function wildcardAlone(list: readonly string[], what: string, at: FieldPath): FieldError[] {
  const mixed = list.includes("*") && list.length > 1;
  return mixed ? [invalid(at, list, `if '*' is present, must not specify other ${what}`)] : [];
}

/** Of flow schemas and priority levels. */
export function validateFlowConditions(conditions: readonly { type?: string }[] = []): FieldError[] {
  const seen = new Set<string>();
  return conditions.flatMap(({ type = "" }, position) => {
    const at = field("status", "conditions").index(position).child("type");
    const errors = seen.has(type) ? [duplicate(at, type)] : [];
    seen.add(type);
    return type === "" ? [...errors, required(at)] : errors;
  });
}
