/** Pods by the node that they are bound to. */
import type { corev1 } from "../../api/mod.ts";
import type { Informer } from "../../client/mod.ts";

const nodeIndex = "node";

/** Adding it twice to a shared informer is harmless. */
export function indexByNode(pods: Informer<corev1.Pod>): void {
  pods.addIndex(nodeIndex, (pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []));
}

export function podsOnNode(pods: Informer<corev1.Pod>, name: string): readonly corev1.Pod[] {
  return pods.lister.byIndex(nodeIndex, name);
}
