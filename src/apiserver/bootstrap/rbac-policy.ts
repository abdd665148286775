/** The roles and bindings that every cluster starts with. What an older release left short is completed, what people added stays. */
import { isDeepStrictEqual } from "node:util";
import { clone, type KubernetesObject, type rbacv1 } from "../../api/mod.ts";
import { changeStored } from "../registry/change-stored.ts";
import type { ResourceStorage } from "../registry/resource-storage.ts";
import { type Blueprint, ensureObject } from "./ensure.ts";
import policy from "./rbac-policy.json" with { type: "json" };

const group = "rbac.authorization.k8s.io";
const autoUpdate = "rbac.authorization.kubernetes.io/autoupdate";

interface NamedPolicy {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface RolePolicy extends NamedPolicy {
  readonly rules: readonly Partial<rbacv1.PolicyRule>[];
  readonly aggregates?: readonly Readonly<Record<string, string>>[];
}

export interface BindingPolicy extends NamedPolicy {
  readonly role: string;
  readonly roleKind: string;
  /** One key each: `user`, `group`, or `serviceAccount` with its namespace. */
  readonly subjects: readonly Readonly<Record<string, string>>[];
}

/** Roles and bindings by where they are kept. */
export interface AccessPolicy {
  readonly clusterRoles?: readonly RolePolicy[];
  readonly roles?: readonly RolePolicy[];
  readonly clusterRoleBindings?: readonly BindingPolicy[];
  readonly roleBindings?: readonly BindingPolicy[];
}

export const builtInPolicy = policy as unknown as AccessPolicy;

export interface RbacStorages {
  readonly clusterRoles: ResourceStorage;
  readonly roles: ResourceStorage;
  readonly clusterRoleBindings: ResourceStorage;
  readonly roleBindings: ResourceStorage;
}

export async function ensureRbacPolicy(storages: RbacStorages, wanted: AccessPolicy, now: number): Promise<void> {
  const { clusterRoles = [], roles = [], clusterRoleBindings = [], roleBindings = [] } = wanted;
  const ensure = (storage: ResourceStorage, blueprints: readonly Blueprint[]) =>
    blueprints.map((blueprint) => ensurePolicy(storage, blueprint, now));
  await Promise.all([
    ...ensure(storages.clusterRoles, clusterRoles.map(roleBlueprint)),
    ...ensure(storages.roles, roles.map(roleBlueprint)),
    ...ensure(storages.clusterRoleBindings, clusterRoleBindings.map(bindingBlueprint)),
    ...ensure(storages.roleBindings, roleBindings.map(bindingBlueprint)),
  ]);
}

function metadata({ name, namespace, labels }: NamedPolicy): Blueprint["metadata"] {
  return {
    name,
    ...(namespace && { namespace }),
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...labels },
    annotations: { [autoUpdate]: "true" },
  };
}

function roleBlueprint(entry: RolePolicy) {
  const aggregates = entry.aggregates?.map((matchLabels) => ({ matchLabels }));
  return {
    metadata: metadata(entry),
    rules: entry.rules,
    ...(aggregates && { aggregationRule: { clusterRoleSelectors: aggregates } }),
  };
}

function bindingBlueprint(entry: BindingPolicy) {
  const roleRef = { apiGroup: group, kind: entry.roleKind, name: entry.role };
  return { metadata: metadata(entry), subjects: entry.subjects.map(subjectOf), roleRef };
}

function subjectOf({ user, group: groupName, serviceAccount }: Readonly<Record<string, string>>): rbacv1.Subject {
  if (serviceAccount) {
    const [namespace, name] = serviceAccount.split("/") as [string, string];
    return { kind: "ServiceAccount", name, namespace };
  }
  return user ? { kind: "User", apiGroup: group, name: user } : { kind: "Group", apiGroup: group, name: groupName! };
}

type Policy = KubernetesObject & { rules?: unknown[]; subjects?: unknown[] };

async function ensurePolicy(storage: ResourceStorage, blueprint: Blueprint, now: number): Promise<void> {
  const { object } = await ensureObject(storage, blueprint, now);
  const wanted = blueprint as Blueprint & Policy;
  if (object.metadata.annotations?.[autoUpdate] !== "true" || isComplete(object as Policy, wanted)) return;
  const { name, namespace = "" } = object.metadata;
  await changeStored<Policy>(storage, { name, namespace, dryRun: false }, (next) => complete(next, wanted));
}

function missing(present: readonly unknown[] = [], wanted: readonly unknown[] = []): unknown[] {
  return wanted.filter((one) => !present.some((other) => isDeepStrictEqual(one, other)));
}

function isComplete(present: Policy, wanted: Partial<Policy>): boolean {
  return missing(present.rules, wanted.rules).length + missing(present.subjects, wanted.subjects).length === 0;
}

function complete(next: Policy, wanted: Partial<Policy>): void {
  if (wanted.rules) next.rules = [...(next.rules ?? []), ...clone(missing(next.rules, wanted.rules))];
  if (wanted.subjects) next.subjects = [...(next.subjects ?? []), ...clone(missing(next.subjects, wanted.subjects))];
}
