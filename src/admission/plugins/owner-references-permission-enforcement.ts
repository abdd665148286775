/**
 * Who changes the owners of an object must be allowed to delete it, as the garbage collector then may; and who lets it hold up the deletion
 * of its owner must be allowed to set finalizers on that. Off by default.
 */
import { isDeepStrictEqual } from "node:util";
import { type metav1, resources } from "../../api/mod.ts";
import type { AuthorizationAttributes, Decision } from "../../auth/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { concerns, isWrite } from "../request.ts";
import type { ServedKinds } from "../served-kinds.ts";

type Owner = metav1.OwnerReference;

/** What upstream adds to a refusal, whether there is something to add or not. */
const because = ({ reason = "", error = "<nil>" }: Decision): string => `${reason}, ${error}`;

/** Those that hold up the deletion of an owner and did not before. */
function newlyBlocking(owners: readonly Owner[], before: readonly Owner[]): readonly Owner[] {
  const blocked = new Set(before.filter(({ blockOwnerDeletion }) => blockOwnerDeletion).map(({ uid }) => uid));
  return owners.filter(({ uid, blockOwnerDeletion }) => blockOwnerDeletion && !blocked.has(uid));
}

export class OwnerReferencesPermissionEnforcement implements AdmissionPlugin {
  readonly name = "OwnerReferencesPermissionEnforcement";
  readonly handlesByKind = true;
  readonly #authorizer: AdmissionContext["authorizer"];
  readonly #kinds: ServedKinds;

  constructor({ authorizer }: Pick<AdmissionContext, "authorizer">, kinds: ServedKinds) {
    this.#authorizer = authorizer;
    this.#kinds = kinds;
  }

  handles(attributes: AdmissionAttributes): boolean {
    // A kubelet may write the whole pod with its status.
    return isWrite(attributes) && !concerns(attributes, resources.pods, "status");
  }

  validate(attributes: AdmissionAttributes): void | Promise<void> {
    const owners = attributes.object?.metadata?.ownerReferences ?? [];
    const before = attributes.oldObject?.metadata?.ownerReferences ?? [];
    const isSame = owners.length === 0 && before.length === 0;
    if (!isSame && !isDeepStrictEqual(owners, before)) return this.#judge(attributes, owners, before);
  }

  async #judge(attributes: AdmissionAttributes, owners: readonly Owner[], before: readonly Owner[]): Promise<void> {
    if (attributes.operation === "UPDATE") await this.#mayDelete(attributes);
    for (const owner of newlyBlocking(owners, before)) await this.#mayHoldUp(attributes, owner);
  }

  async #mayDelete(attributes: AdmissionAttributes): Promise<void> {
    const { user, resource, subresource, namespace, name } = attributes;
    const decision = await this.#decide(user, "delete", {
      group: resource.group,
      version: resource.version,
      resource: resource.resource,
      ...(subresource && { subresource }),
      ...(namespace && { namespace }),
      ...(name && { name }),
    });
    if (decision.decision === "allow") return;
    throw forbidden(attributes, `cannot set an ownerRef on a resource you can't delete: ${because(decision)}`);
  }

  async #mayHoldUp(attributes: AdmissionAttributes, owner: Owner): Promise<void> {
    const { apiVersion, kind, name } = owner;
    const served = this.#kinds.find(apiVersion, kind);
    if (!served) {
      const asked = `APIVersion ${apiVersion} Kind ${kind}`;
      const why = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
      throw forbidden(
        attributes,
        `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for ${asked}: ${why}`,
      );
    }
    const { group, version, plural: resource, namespaced } = served;
    const namespace = namespaced ? attributes.namespace : undefined;
    const target = { group, version, resource, subresource: "finalizers", name, ...(namespace && { namespace }) };
    const decision = await this.#decide(attributes.user, "update", target);
    if (decision.decision === "allow") return;
    const rule = "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on";
    throw forbidden(attributes, `${rule}: ${because(decision)}`);
  }

  async #decide(
    user: AuthorizationAttributes["user"],
    verb: string,
    resource: NonNullable<AuthorizationAttributes["resource"]>,
  ): Promise<Decision> {
    return this.#authorizer.authorize({ user, verb, resource });
  }
}
