/** A node agent writes its own Node, lease and CSINode, and the status of its own pods, and into them only what is a node's to say. */
import { isDeepStrictEqual } from "node:util";
import {
  compareQuantities,
  type coordinationv1,
  type corev1,
  resources,
  type resourcev1,
  type storagev1,
} from "../../api/mod.ts";
import { nodeNameOf } from "../../auth/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { incoming, stored } from "../request.ts";
import { forbiddenNodeLabels } from "./node-labels.ts";
import { checkMirrorPodOfNode } from "./node-mirror-pod.ts";
import { checkTokenOfNode } from "./node-token.ts";

type Judge = (attributes: AdmissionAttributes, node: string) => void | Promise<void>;

const quote = JSON.stringify;

function judgeNode(attributes: AdmissionAttributes, node: string): void {
  const target = attributes.object?.metadata.name || attributes.name || "";
  if (target !== node)
    throw forbidden(attributes, `node ${quote(node)} is not allowed to modify node ${quote(target)}`);
  if (attributes.operation !== "CREATE" && attributes.operation !== "UPDATE") return;
  const next = incoming<corev1.Node>(attributes);
  const old = stored<corev1.Node>(attributes);
  if (next.spec?.configSource && !isDeepStrictEqual(next.spec.configSource, old?.spec?.configSource)) {
    const verb = old ? "update configSource to a new non-nil configSource" : "create pods with a non-nil configSource";
    throw forbidden(attributes, `node ${quote(node)} is not allowed to ${verb}`);
  }
  const labels = forbiddenNodeLabels(next.metadata.labels ?? {}, old?.metadata.labels ?? {});
  if (labels.length > 0) {
    const verb = old
      ? "is not allowed to modify labels"
      : `node ${quote(node)} is not allowed to set the following labels`;
    throw forbidden(attributes, `${verb}: ${labels.join(", ")}`);
  }
  if (!old) return;
  if (!isDeepStrictEqual(next.spec?.taints, old.spec?.taints))
    throw forbidden(attributes, `node ${quote(node)} is not allowed to modify taints`);
  if (!isDeepStrictEqual(next.metadata.ownerReferences, old.metadata.ownerReferences))
    throw forbidden(attributes, `node ${quote(node)} is not allowed to modify ownerReferences`);
}

function judgeLease(attributes: AdmissionAttributes, node: string): void {
  const name = attributes.object ? incoming<coordinationv1.Lease>(attributes).metadata.name : attributes.name;
  if (attributes.namespace !== "kube-node-lease")
    throw forbidden(attributes, 'can only access leases in the "kube-node-lease" system namespace');
  if (name !== node)
    throw forbidden(attributes, "can only access node lease with the same name as the requesting node");
}

function judgeCsiNode(attributes: AdmissionAttributes, node: string): void {
  const name = attributes.object ? incoming<storagev1.CSINode>(attributes).metadata.name : attributes.name;
  if (name !== node) throw forbidden(attributes, "can only access CSINode with the same name as the requesting node");
}

function judgeSlice(attributes: AdmissionAttributes, node: string): void {
  if (attributes.operation === "CREATE" && incoming<resourcev1.ResourceSlice>(attributes).spec?.nodeName !== node)
    throw forbidden(attributes, "can only create ResourceSlice with the same NodeName as the requesting node");
}

function judgePodStatus(attributes: AdmissionAttributes, node: string): void {
  const old = stored<corev1.Pod>(attributes);
  if (attributes.operation !== "UPDATE" || old?.spec.nodeName !== node)
    throw forbidden(
      attributes,
      `node ${quote(node)} can only update pod status for pods with spec.nodeName set to itself`,
    );
  const next = incoming<corev1.Pod>(attributes);
  if (!isDeepStrictEqual(next.metadata.labels, old.metadata.labels))
    throw forbidden(attributes, `node ${quote(node)} cannot update labels through pod status`);
  if (!isDeepStrictEqual(next.status?.resourceClaimStatuses, old.status?.resourceClaimStatuses))
    throw forbidden(attributes, `node ${quote(node)} cannot update resource claim statuses`);
}

/** A node that grew a volume reports it; everything else of a claim is not its own. */
function judgeClaimStatus(attributes: AdmissionAttributes, node: string): void {
  const next = incoming<corev1.PersistentVolumeClaim>(attributes);
  const old = stored<corev1.PersistentVolumeClaim>(attributes);
  const sameSpec =
    isDeepStrictEqual(next.spec, old?.spec) && isDeepStrictEqual(next.metadata.labels, old?.metadata.labels);
  if (!sameSpec || shrinks(next, old))
    throw forbidden(
      attributes,
      `node ${quote(node)} is not allowed to update fields other than status.capacity and status.conditions`,
    );
}

function shrinks(next: corev1.PersistentVolumeClaim, old: corev1.PersistentVolumeClaim | undefined): boolean {
  const [after, before] = [next.status?.capacity?.["storage"], old?.status?.capacity?.["storage"]];
  return after !== undefined && before !== undefined && compareQuantities(after, before) < 0;
}

export class NodeRestriction implements AdmissionPlugin {
  readonly name = "NodeRestriction";
  readonly #context: AdmissionContext;
  readonly #nodes: Lister<corev1.Node>;

  constructor(context: AdmissionContext) {
    this.#context = context;
    this.#nodes = context.informers.informer(resources.nodes).lister;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation !== "CONNECT" && nodeNameOf(attributes.user) !== undefined;
  }

  /** Among those that change, so that a node hears of it before it hears what is wrong with the object. */
  admit(attributes: AdmissionAttributes): void | Promise<void> {
    const judge = this.#judgeOf(attributes);
    return judge?.(attributes, nodeNameOf(attributes.user)!);
  }

  #judgeOf(attributes: AdmissionAttributes): Judge | undefined {
    const { resource, subresource = "" } = attributes;
    switch (`${resource.group}/${resource.resource}/${subresource}`) {
      case "/pods/":
        return (_, node) => this.#judgePod(attributes, node);
      case "/pods/status":
        return judgePodStatus;
      case "/pods/eviction":
        return (_, node) => this.#judgeEviction(attributes, node);
      case "/nodes/":
      case "/nodes/status":
        return judgeNode;
      case "/persistentvolumeclaims/status":
        return judgeClaimStatus;
      case "/serviceaccounts/token":
        return (_, node) => checkTokenOfNode(this.#context, attributes, node);
      case "coordination.k8s.io/leases/":
        return judgeLease;
      case "storage.k8s.io/csinodes/":
        return judgeCsiNode;
      case "resource.k8s.io/resourceslices/":
        return judgeSlice;
      default:
        return undefined;
    }
  }

  #judgePod(attributes: AdmissionAttributes, node: string): void {
    if (attributes.operation === "CREATE") {
      checkMirrorPodOfNode(attributes, node, this.#nodes.get(node));
      return;
    }
    if (attributes.operation !== "DELETE")
      throw forbidden(
        attributes,
        `unexpected operation ${quote(attributes.operation)}, node ${quote(node)} can only create and delete mirror pods`,
      );
    const pod = stored<corev1.Pod>(attributes);
    if (pod?.spec.nodeName !== node)
      throw forbidden(attributes, `node ${quote(node)} can only delete pods with spec.nodeName set to itself`);
  }

  async #judgeEviction(attributes: AdmissionAttributes, node: string): Promise<void> {
    const name = attributes.object?.metadata.name || attributes.name || "";
    const pods = this.#context.client.resource(resources.pods);
    const pod = await pods.get(name, { namespace: attributes.namespace ?? "" });
    if (pod.spec.nodeName !== node)
      throw forbidden(attributes, `node ${node} can only evict pods with spec.nodeName set to itself`);
  }
}
