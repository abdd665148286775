/** Nobody makes a role or a binding that grants more than they have, unless they may `escalate` or `bind` it. */
import { isDeepStrictEqual } from "node:util";
import { type rbacv1, resources, type StatusError, statusFailure } from "../../api/mod.ts";
import { type GrantAttempt, Group, refusedGrant } from "../../auth/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { find, incoming, isWrite, stored } from "../request.ts";

type AnyRole = rbacv1.Role & Pick<rbacv1.ClusterRole, "aggregationRule">;
type AnyBinding = rbacv1.RoleBinding;

const group = resources.roles.group;
const everything: readonly rbacv1.PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

/** What the garbage collector changes is not asked about: it would otherwise never get rid of a role. */
function isOnlyForCollector(next: AnyRole | AnyBinding, old: AnyRole | AnyBinding): boolean {
  return isDeepStrictEqual(withoutCollected(next), withoutCollected(old));
}

const ofCollector: ReadonlySet<string> = new Set(["ownerReferences", "finalizers", "managedFields", "resourceVersion"]);

function withoutCollected({ metadata, ...content }: AnyRole | AnyBinding): object {
  return { ...content, metadata: Object.entries(metadata).filter(([name]) => !ofCollector.has(name)) };
}

function isRole(resource: string): resource is "roles" | "clusterroles" {
  return resource === "roles" || resource === "clusterroles";
}

function isBinding(resource: string): boolean {
  return resource === "rolebindings" || resource === "clusterrolebindings";
}

function missingRole(attributes: AdmissionAttributes, name: string): StatusError {
  const { resource } = attributes.resource;
  const message = `${resource}.${group} ${JSON.stringify(name)} not found`;
  return statusFailure(404, "NotFound", message, { name, group, kind: resource });
}

export class RoleEscalation implements AdmissionPlugin {
  readonly name = "RoleEscalation";
  readonly #context: AdmissionContext;
  readonly #roles;
  readonly #clusterRoles;

  constructor(context: AdmissionContext) {
    this.#context = context;
    this.#roles = context.informers.informer(resources.roles).lister;
    this.#clusterRoles = context.informers.informer(resources.clusterroles).lister;
  }

  handles(attributes: AdmissionAttributes): boolean {
    if (attributes.resource.group !== group || !isWrite(attributes)) return false;
    return !attributes.user.groups.includes(Group.masters);
  }

  /** After all that change the object, and before anybody says what is wrong with it: a role that is not there comes first. */
  async admit(attributes: AdmissionAttributes): Promise<void> {
    const { resource } = attributes.resource;
    if (isRole(resource)) await this.#judgeRole(attributes, resource);
    else if (isBinding(resource)) await this.#judgeBinding(attributes);
  }

  async #judgeRole(attributes: AdmissionAttributes, resource: "roles" | "clusterroles"): Promise<void> {
    const role = incoming<AnyRole>(attributes);
    const old = stored<AnyRole>(attributes);
    if (old && isOnlyForCollector(role, old)) return;
    const exemption = { verb: "escalate", resource, name: role.metadata.name } as const;
    const why = await this.#refused(attributes, role.rules ?? [], exemption);
    if (why !== undefined) throw forbidden(attributes, why);
    // What an aggregated role will hold, nobody can say beforehand.
    if (role.aggregationRule || old?.aggregationRule) {
      if ((await this.#refused(attributes, everything, exemption)) !== undefined)
        throw forbidden(attributes, "must have cluster-admin privileges to use the aggregationRule");
    }
  }

  async #judgeBinding(attributes: AdmissionAttributes): Promise<void> {
    const { roleRef } = incoming<AnyBinding>(attributes);
    const old = stored<AnyBinding>(attributes);
    if (old && isOnlyForCollector(incoming<AnyBinding>(attributes), old)) return;
    const resource = roleRef.kind === "ClusterRole" ? "clusterroles" : "roles";
    const exemption = { verb: "bind", resource, name: roleRef.name } as const;
    if ((await this.#refused(attributes, everything, exemption)) === undefined) return;
    const why = await this.#refused(attributes, await this.#rulesOf(attributes, roleRef), exemption);
    if (why !== undefined) throw forbidden(attributes, why);
  }

  #refused(
    { user, namespace = "" }: AdmissionAttributes,
    rules: readonly rbacv1.PolicyRule[],
    exemption: GrantAttempt["exemption"],
  ): Promise<string | undefined> {
    const { authorizer } = this.#context;
    return refusedGrant(authorizer, authorizer, { user, namespace, rules, exemption });
  }

  async #rulesOf(
    attributes: AdmissionAttributes,
    { kind, name }: rbacv1.RoleRef,
  ): Promise<readonly rbacv1.PolicyRule[]> {
    const { client } = this.#context;
    const role =
      kind === "ClusterRole"
        ? await find({ lister: this.#clusterRoles, client, resource: resources.clusterroles }, name)
        : await find({ lister: this.#roles, client, resource: resources.roles }, name, attributes.namespace);
    if (!role) throw missingRole(attributes, name);
    return role.rules ?? [];
  }
}
