/** Pods that a node may create: images of what it runs by itself, owned by its own Node, drawing on nothing of the cluster. */
import type { corev1 } from "../../api/mod.ts";
import { podReferences } from "../../auth/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { incoming } from "../request.ts";

const mirrorAnnotation = "kubernetes.io/config.mirror";

function ownerProblem(pod: corev1.Pod, node: string, known: corev1.Node | undefined): string | undefined {
  const quoted = JSON.stringify(node);
  const owners = pod.metadata.ownerReferences ?? [];
  const [owner] = owners;
  const isNode = owner?.apiVersion === "v1" && owner.kind === "Node" && owner.name === node;
  if (owners.length !== 1 || owner === undefined || !isNode)
    return `node ${quoted} can only create pods with an owner reference set to itself`;
  if (!owner.controller) return `node ${quoted} can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion) return `node ${quoted} must not set blockOwnerDeletion on an owner reference`;
  if (known !== undefined && owner.uid !== known.metadata.uid)
    return `node ${node} UID mismatch: expected ${owner.uid} got ${known.metadata.uid}`;
  return undefined;
}

function referenceProblem(pod: corev1.Pod, node: string): string | undefined {
  const references = podReferences(pod);
  const kinds = [
    ["serviceaccounts", references.serviceAccount !== undefined],
    ["secrets", references.secrets.size > 0],
    ["configmaps", references.configMaps.size > 0],
    ["persistentvolumeclaims", references.persistentVolumeClaims.size > 0],
    ["resourceclaims", references.resourceClaims.size > 0],
  ] as const;
  const found = kinds.find(([, referenced]) => referenced);
  return found && `node ${JSON.stringify(node)} can not create pods that reference ${found[0]}`;
}

export function checkMirrorPodOfNode(
  attributes: AdmissionAttributes,
  node: string,
  known: corev1.Node | undefined,
): void {
  const pod = incoming<corev1.Pod>(attributes);
  const quoted = JSON.stringify(node);
  if (pod.metadata.annotations?.[mirrorAnnotation] === undefined)
    throw forbidden(
      attributes,
      `pod does not have "${mirrorAnnotation}" annotation, node ${quoted} can only create mirror pods`,
    );
  if (pod.spec.nodeName !== node)
    throw forbidden(attributes, `node ${quoted} can only create pods with spec.nodeName set to itself`);
  const problem = ownerProblem(pod, node, known) ?? referenceProblem(pod, node);
  if (problem !== undefined) throw forbidden(attributes, problem);
}
