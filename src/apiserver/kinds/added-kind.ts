/** A kind that is served beside the built-in ones: what the API server has to know of it. */
import type { KubernetesObject, ResourceInfo } from "../../api/mod.ts";
import type { AccessPolicy, RolePolicy } from "../bootstrap/rbac-policy.ts";
import type { Strategy } from "../registry/strategy.ts";

export interface AddedKind {
  readonly strategy: Strategy<KubernetesObject>;
  /** Roles and bindings that every cluster has which serves the kind. */
  readonly access?: AccessPolicy;
  /** Where its group and its version stand among the others in discovery (an APIService's `groupPriorityMinimum` and `versionPriority`). */
  readonly priority?: { readonly group: number; readonly version: number };
}

type NamedResource = Pick<ResourceInfo, "group" | "resource" | "subresources">;

const reading = ["get", "list", "watch"];
const writing = ["create", "delete", "deletecollection", "patch", "update"];

/**
 * Who may `view` a namespace may read the resource, who may `edit` or `admin` it may write it too: two roles that those aggregate. For
 * resources in namespaces.
 */
export function aggregatedRoles({ resource: info }: { readonly resource: NamedResource }): RolePolicy[] {
  const { group, resource, subresources } = info;
  const all = [resource, ...subresources.map(({ name }) => `${resource}/${name}`)];
  const role = (to: "view" | "edit", verbs: readonly string[], resources: readonly string[]): RolePolicy => ({
    name: `system:aggregate-to-${to}:${resource}.${group}`,
    labels: { [`rbac.authorization.k8s.io/aggregate-to-${to}`]: "true" },
    rules: [{ verbs: [...verbs], apiGroups: [group], resources: [...resources] }],
  });
  return [role("view", reading, all), role("edit", writing, [resource])];
}
