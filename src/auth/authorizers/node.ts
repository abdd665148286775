/**
 * What a node agent may do: read what the pods assigned to it need, keep its own Node, lease and CSINode, and write the status of its own
 * pods. The NodeRestriction admission plugin guards the writes' contents.
 */
import { parseFieldSelector, type rbacv1 } from "../../api/mod.ts";
import type { AuthorizationAttributes, Authorizer, Decision, User } from "../contract.ts";
import { Group, nodeNameOf } from "../users.ts";
import type { NamespacedKind, NodeRelations } from "./node-relations.ts";
import { ruleAllows, ruleAllowsPath } from "./policy-rule.ts";
import type { ResolvedRules, RuleResolver } from "./rule-resolver.ts";

type Resource = NonNullable<AuthorizationAttributes["resource"]>;

interface NodeRequest {
  readonly node: string;
  readonly verb: string;
  readonly resource: Resource;
  /** Of a list or watch too, where the request asks for one name. */
  readonly name: string | undefined;
}

const leaseNamespace = "kube-node-lease";
const allowed: Decision = Object.freeze({ decision: "allow" });

function refused(reason: string): Decision {
  return { decision: "no-opinion", reason };
}

function exactField(resource: Resource, field: string): string | undefined {
  return resource.fieldSelector ? parseFieldSelector(resource.fieldSelector).exact(field) : undefined;
}

function isOneOf(verb: string, ...verbs: string[]): boolean {
  return verbs.includes(verb);
}

function relation(related: boolean, { node }: NodeRequest): Decision {
  return related ? allowed : refused(`no relationship found between node '${node}' and this object`);
}

/** What every node agent may ask for, whoever runs on it. */
const rules: readonly rbacv1.PolicyRule[] = [
  { apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] },
  {
    apiGroups: ["authorization.k8s.io"],
    resources: ["localsubjectaccessreviews", "subjectaccessreviews"],
    verbs: ["create"],
  },
  { apiGroups: [""], resources: ["services"], verbs: ["get", "list", "watch"] },
  { apiGroups: [""], resources: ["nodes"], verbs: ["create", "get", "list", "watch", "patch", "update"] },
  { apiGroups: [""], resources: ["nodes/status", "pods/status"], verbs: ["patch", "update"] },
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch", "update"] },
  { apiGroups: [""], resources: ["pods"], verbs: ["create", "delete", "get", "list", "watch"] },
  { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  { apiGroups: [""], resources: ["endpoints"], verbs: ["get"] },
  {
    apiGroups: ["certificates.k8s.io"],
    resources: ["certificatesigningrequests"],
    verbs: ["create", "get", "list", "watch"],
  },
  { apiGroups: ["storage.k8s.io"], resources: ["csidrivers"], verbs: ["get", "list", "watch"] },
  { apiGroups: ["node.k8s.io"], resources: ["runtimeclasses"], verbs: ["get", "list", "watch"] },
];

/** Resources of which a node sees what its pods need; all others follow `rules`. */
type Judge = (request: NodeRequest, relations: NodeRelations) => Decision;

function readNamespaced(kind: NamespacedKind): Judge {
  return (request, relations) => {
    const { verb, resource, name } = request;
    if (!isOneOf(verb, "get", "list", "watch")) return refused("can only read resources of this type");
    if (resource.subresource) return refused("cannot read subresource");
    if (!resource.namespace) return refused("can only read namespaced object of this type");
    if (!name) return refused("No Object name found");
    return relation(relations.needs(request.node, kind, resource.namespace, name), request);
  };
}

function getOne(related: (request: NodeRequest, name: string, relations: NodeRelations) => boolean): Judge {
  return (request, relations) => {
    const { verb, resource, name } = request;
    if (verb !== "get" || !name) return refused("can only get individual resources of this type");
    if (resource.subresource) return refused("cannot get subresource");
    return relation(related(request, name, relations), request);
  };
}

function getNamespaced(kind: NamespacedKind): Judge {
  return getOne(({ node, resource }, name, relations) => relations.needs(node, kind, resource.namespace ?? "", name));
}

const claimOf = getNamespaced("persistentvolumeclaims");

/** A node that grows a volume says so in the claim's status. */
function claim(request: NodeRequest, relations: NodeRelations): Decision {
  const { verb, resource, name } = request;
  if (resource.subresource !== "status") return claimOf(request, relations);
  // The message names more than is allowed: clients know it so.
  if (!isOneOf(verb, "update", "patch")) return refused("can only get/update/patch this type");
  if (!name) return refused("No Object name found");
  return relation(relations.needs(request.node, "persistentvolumeclaims", resource.namespace ?? "", name), request);
}

function serviceAccount(request: NodeRequest, relations: NodeRelations): Decision {
  const { verb, resource, name } = request;
  const wanted = resource.subresource === "token" ? "create" : "get";
  if (verb !== wanted || !name) return refused("can only create tokens for individual service accounts");
  if (resource.subresource && resource.subresource !== "token") return refused("cannot get subresource");
  return relation(relations.needs(request.node, "serviceaccounts", resource.namespace ?? "", name), request);
}

function ownNamed(kind: string, individually: string): Judge {
  return ({ node, verb, resource, name }) => {
    if (resource.subresource || !isOneOf(verb, "get", "create", "update", "patch", "delete"))
      return refused(`can only get, create, update, patch, or delete a ${individually}`);
    // The name of what is created is in the body: admission looks at it.
    if (verb !== "create" && name !== node)
      return refused(`can only access ${kind} with the same name as the requesting node`);
    return allowed;
  };
}

const ownLease = ownNamed("node lease", "node lease");

function lease(request: NodeRequest, relations: NodeRelations): Decision {
  const known = isOneOf(request.verb, "get", "create", "update", "patch", "delete");
  if (known && request.resource.namespace !== leaseNamespace)
    return refused(`can only access leases in the "${leaseNamespace}" system namespace`);
  return ownLease(request, relations);
}

function nodes(request: NodeRequest): Decision | undefined {
  const { node, verb, resource, name } = request;
  if (resource.subresource || !isOneOf(verb, "get", "list", "watch")) return undefined;
  if (name === node) return allowed;
  return refused(`node '${node}' cannot read ${name ? `'${name}'` : "all nodes"}, only its own Node object`);
}

function pods(request: NodeRequest, relations: NodeRelations): Decision | undefined {
  const { node, verb, resource, name } = request;
  if (resource.subresource) return undefined;
  if (verb === "get") return relation(relations.needs(node, "pods", resource.namespace ?? "", name ?? ""), request);
  if (!isOneOf(verb, "list", "watch")) return undefined;
  if (exactField(resource, "spec.nodeName") === node) return allowed;
  if (name && relations.needs(node, "pods", resource.namespace ?? "", name)) return allowed;
  return refused("can only list/watch pods with spec.nodeName field selector");
}

function slices(request: NodeRequest, relations: NodeRelations): Decision {
  const { node, verb, resource, name } = request;
  if (verb === "create") return allowed;
  if (isOneOf(verb, "list", "watch", "deletecollection")) {
    if (exactField(resource, "spec.nodeName") === node) return allowed;
    return refused("can only list/watch/deletecollection resourceslices with nodeName field selector");
  }
  return relation(name !== undefined && relations.ownsSlice(node, name), request);
}

const judges: ReadonlyMap<string, (request: NodeRequest, relations: NodeRelations) => Decision | undefined> = new Map<
  string,
  (request: NodeRequest, relations: NodeRelations) => Decision | undefined
>([
  ["/secrets", readNamespaced("secrets")],
  ["/configmaps", readNamespaced("configmaps")],
  ["/persistentvolumeclaims", claim],
  ["/persistentvolumes", getOne(({ node }, name, relations) => relations.needsVolume(node, name))],
  ["/serviceaccounts", serviceAccount],
  ["/nodes", nodes],
  ["/pods", pods],
  ["coordination.k8s.io/leases", lease],
  ["storage.k8s.io/csinodes", ownNamed("CSINode", "CSINode")],
  ["storage.k8s.io/volumeattachments", getOne(({ node }, name, relations) => relations.ownsAttachment(node, name))],
  ["resource.k8s.io/resourceclaims", getNamespaced("resourceclaims")],
  ["resource.k8s.io/resourceslices", slices],
]);

function byRules({ verb, resource, path }: AuthorizationAttributes): Decision {
  const fits = (rule: rbacv1.PolicyRule) =>
    resource ? ruleAllows(rule, verb, resource) : ruleAllowsPath(rule, verb, path ?? "");
  return rules.some(fits) ? allowed : { decision: "no-opinion" };
}

export class NodeAuthorizer implements Authorizer, RuleResolver {
  readonly #relations: NodeRelations;

  constructor(relations: NodeRelations) {
    this.#relations = relations;
  }

  authorize(attributes: AuthorizationAttributes): Decision {
    const { user, verb, resource } = attributes;
    if (!isNodeUser(user)) return { decision: "no-opinion" };
    const node = nodeNameOf(user);
    if (node === undefined) return refused(`unknown node for user ${JSON.stringify(user.name)}`);
    if (resource === undefined) return byRules(attributes);
    const judge = judges.get(`${resource.group}/${resource.resource}`);
    const { name } = resource;
    return judge?.({ node, verb, resource, name }, this.#relations) ?? byRules(attributes);
  }

  /** A node's rights depend on its pods, which no list of rules can say. */
  rulesFor(user: User): ResolvedRules {
    if (!isNodeUser(user)) return { rules: [], incomplete: false };
    const evaluationError = "node authorizer does not support user rule resolution";
    return { rules: [], incomplete: true, evaluationError };
  }
}

function isNodeUser(user: User): boolean {
  return user.groups.includes(Group.nodes) && user.name.startsWith("system:node:");
}
