/** Roles and bindings in memory, found by who is asking: a request looks at the bindings of its own user and groups only. */
import { type rbacv1, resources } from "../../api/mod.ts";
import type { InformerFactory } from "../../client/mod.ts";
import type { User } from "../contract.ts";
import { serviceAccountUserName } from "../tokens/service-account-user.ts";

type Role = rbacv1.Role | rbacv1.ClusterRole;
type Binding = rbacv1.RoleBinding | rbacv1.ClusterRoleBinding;

/** One subject of one binding. */
export interface Grant {
  readonly binding: Binding;
  readonly subject: rbacv1.Subject;
}

/** Rules that a user has by one binding; no rules where the role that it names does not exist. */
export interface GrantedRules {
  readonly grant: Grant;
  readonly rules: readonly rbacv1.PolicyRule[] | undefined;
}

/** Cluster-wide objects have the namespace `""`. */
function keyOf(object: { metadata: { namespace?: string; name: string } }): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function subjectKey(subject: rbacv1.Subject): string | undefined {
  switch (subject.kind) {
    case "User":
      return `user/${subject.name}`;
    case "Group":
      return `group/${subject.name}`;
    case "ServiceAccount":
      return subject.namespace ? `user/${serviceAccountUserName(subject.namespace, subject.name)}` : undefined;
    default:
      return undefined;
  }
}

function subjectKeys(user: User): string[] {
  return [`user/${user.name}`, ...user.groups.map((group) => `group/${group}`)];
}

/** Grants of one subject, by the namespace in which they hold. */
type GrantsByNamespace = Map<string, Grant[]>;

export class RbacIndex {
  readonly #roles = new Map<string, Role>();
  readonly #bindings = new Map<string, Binding>();
  readonly #grants = new Map<string, GrantsByNamespace>();

  /** Keeps the index current from the four resources' informers. */
  follow(informers: InformerFactory): void {
    for (const resource of [resources.roles, resources.clusterroles] as const) {
      informers.informer<Role>(resource).addHandler({
        add: (role) => this.setRole(role),
        update: (role) => this.setRole(role),
        delete: (role) => this.removeRole(role),
      });
    }
    for (const resource of [resources.rolebindings, resources.clusterrolebindings] as const) {
      informers.informer<Binding>(resource).addHandler({
        add: (binding) => this.setBinding(binding),
        update: (binding) => this.setBinding(binding),
        delete: (binding) => this.removeBinding(binding),
      });
    }
  }

  setRole(role: Role): void {
    this.#roles.set(keyOf(role), role);
  }

  removeRole(role: Role): void {
    this.#roles.delete(keyOf(role));
  }

  setBinding(binding: Binding): void {
    this.removeBinding(binding);
    this.#bindings.set(keyOf(binding), binding);
    for (const subject of binding.subjects ?? []) {
      const key = subjectKey(subject);
      if (key !== undefined) this.#grantsIn(key, binding.metadata.namespace ?? "").push({ binding, subject });
    }
  }

  removeBinding(binding: Binding): void {
    const known = this.#bindings.get(keyOf(binding));
    if (known === undefined) return;
    this.#bindings.delete(keyOf(binding));
    for (const subject of known.subjects ?? []) {
      const key = subjectKey(subject);
      if (key !== undefined) this.#forget(key, known);
    }
  }

  #grantsIn(subject: string, namespace: string): Grant[] {
    const byNamespace = this.#grants.get(subject) ?? new Map<string, Grant[]>();
    const grants = byNamespace.get(namespace) ?? [];
    byNamespace.set(namespace, grants);
    this.#grants.set(subject, byNamespace);
    return grants;
  }

  #forget(subject: string, binding: Binding): void {
    const namespace = binding.metadata.namespace ?? "";
    const byNamespace = this.#grants.get(subject);
    const left = byNamespace?.get(namespace)?.filter((grant) => grant.binding !== binding);
    if (byNamespace === undefined || left === undefined) return;
    if (left.length > 0) byNamespace.set(namespace, left);
    else byNamespace.delete(namespace);
    if (byNamespace.size === 0) this.#grants.delete(subject);
  }

  role(namespace: string, name: string): rbacv1.Role | undefined {
    return this.#roles.get(`${namespace}/${name}`) as rbacv1.Role | undefined;
  }

  clusterRole(name: string): rbacv1.ClusterRole | undefined {
    return this.#roles.get(`/${name}`) as rbacv1.ClusterRole | undefined;
  }

  /** The rules of a role as a binding in `namespace` names it. */
  rulesOf(roleRef: rbacv1.RoleRef, namespace: string): readonly rbacv1.PolicyRule[] | undefined {
    const role = roleRef.kind === "ClusterRole" ? this.clusterRole(roleRef.name) : this.role(namespace, roleRef.name);
    return role && (role.rules ?? []);
  }

  /** All that a user has, cluster-wide grants first. `namespace` is `""` for requests outside of namespaces. */
  *grantedTo(user: User, namespace: string): Generator<GrantedRules> {
    const keys = subjectKeys(user);
    yield* this.#grantedIn(keys, "");
    if (namespace !== "") yield* this.#grantedIn(keys, namespace);
  }

  *#grantedIn(keys: readonly string[], namespace: string): Generator<GrantedRules> {
    for (const key of keys) {
      for (const grant of this.#grants.get(key)?.get(namespace) ?? []) {
        yield { grant, rules: this.rulesOf(grant.binding.roleRef, namespace) };
      }
    }
  }
}
