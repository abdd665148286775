/** A pod learns where it runs: the zone and region of its node become labels of its own, when it is bound (KEP-4742). */
import { type corev1, type KubernetesObject, resources } from "../../api/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { concerns, find, incoming } from "../request.ts";

const copied = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"] as const;

/** The node that the request puts a pod on: a binding, or a pod that is made with one. */
function nodeNameOf(attributes: AdmissionAttributes): string | undefined {
  if (attributes.subresource) return incoming<corev1.Binding>(attributes).target.name;
  return incoming<corev1.Pod>(attributes).spec.nodeName;
}

export class PodTopologyLabels implements AdmissionPlugin {
  readonly name = "PodTopologyLabels";
  readonly handlesByKind = true;
  readonly #context: AdmissionContext;
  readonly #nodes: Lister<corev1.Node>;

  constructor(context: AdmissionContext) {
    this.#context = context;
    this.#nodes = context.informers.informer(resources.nodes).lister;
  }

  handles(attributes: AdmissionAttributes): boolean {
    if (attributes.operation !== "CREATE") return false;
    return concerns(attributes, resources.pods) || concerns(attributes, resources.pods, "binding");
  }

  admit(attributes: AdmissionAttributes): void | Promise<void> {
    const name = nodeNameOf(attributes);
    if (!name) return;
    const known = this.#nodes.get(name);
    if (known) return label(attributes, known);
    const from = { lister: this.#nodes, client: this.#context.client, resource: resources.nodes };
    return find(from, name).then((node) => label(attributes, node));
  }
}

/** Those of the node win over the pod's; a node that is not known has none. */
function label(attributes: AdmissionAttributes, node: corev1.Node | undefined): void {
  const ofNode = node?.metadata.labels ?? {};
  const found = copied.filter((name) => ofNode[name] !== undefined).map((name) => [name, ofNode[name]!] as const);
  if (found.length === 0) return;
  const { metadata } = incoming<KubernetesObject>(attributes);
  metadata.labels = { ...metadata.labels, ...Object.fromEntries(found) };
}
