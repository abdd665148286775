/** Brings what the informers see into the cache and the queue. */
import { isDeepStrictEqual } from "node:util";
import { type corev1, resources } from "../api/mod.ts";
import type { InformerFactory } from "../client/mod.ts";
import type { SchedulerCache } from "./cache.ts";
import type { ClusterEvent } from "./framework.ts";
import { type PodInfo, podInfo, podKey } from "./pod-info.ts";
import type { SchedulingQueue } from "./queue.ts";

export interface ClusterEventTargets {
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly schedulerName: string;
}

/** Answers what takes the handlers away again. */
export function followCluster(informers: InformerFactory, targets: ClusterEventTargets): () => void {
  const { queue } = targets;
  const notify = (event: ClusterEvent) => () => queue.onEvent(event);
  const volumes = notify({ kind: "volumes-changed" });
  const volumeHandler = { add: volumes, update: volumes };
  const removals = [
    informers.informer(resources.nodes).addHandler(nodeHandler(targets)),
    informers.informer(resources.pods).addHandler(podHandler(targets)),
    informers.informer(resources.persistentvolumeclaims).addHandler(volumeHandler),
    informers.informer(resources.persistentvolumes).addHandler(volumeHandler),
    informers.informer(resources.storageclasses).addHandler(volumeHandler),
    informers.informer(resources.namespaces).addHandler({
      update: (namespace, old) => {
        if (!isDeepStrictEqual(namespace.metadata.labels, old.metadata.labels)) notify({ kind: "namespace-changed" })();
      },
    }),
  ];
  return () => {
    for (const remove of removals) remove();
  };
}

function nodeHandler({ cache, queue }: ClusterEventTargets) {
  return {
    add(node: corev1.Node) {
      cache.setNode(node);
      queue.onEvent({ kind: "node-added", node });
    },
    update(node: corev1.Node, old: corev1.Node) {
      cache.setNode(node);
      if (!isDeepStrictEqual(decisiveParts(node), decisiveParts(old))) {
        queue.onEvent({ kind: "node-changed", node, old });
      }
    },
    delete(node: corev1.Node) {
      cache.removeNode(node.metadata.name);
    },
  };
}

/** A heartbeat changes none of these. */
function decisiveParts({ metadata, spec, status }: corev1.Node) {
  return [metadata.labels, spec.taints, spec.unschedulable, status?.allocatable];
}

function podHandler(targets: ClusterEventTargets) {
  return {
    add: (pod: corev1.Pod) => podChanged(targets, pod),
    update: (pod: corev1.Pod, old: corev1.Pod) => podChanged(targets, pod, old),
    delete: (pod: corev1.Pod) => podGone(targets, podKey(pod)),
  };
}

function podChanged(targets: ClusterEventTargets, pod: corev1.Pod, old?: corev1.Pod): void {
  // A pod of the same name that is another one: the watch may show no deletion in between.
  if (old && old.metadata.uid !== pod.metadata.uid) podGone(targets, podKey(old));
  if (isFinished(pod)) podGone(targets, podKey(pod));
  else if (pod.spec.nodeName) podOnNode(targets, pod);
  else if (pod.spec.schedulerName === targets.schedulerName) podWaiting(targets, pod, old);
}

function isFinished({ status }: corev1.Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

function podGone({ cache, queue }: ClusterEventTargets, key: string): void {
  const pod = cache.placedPod(key);
  queue.delete(key);
  cache.nominations.remove(key);
  cache.removePod(key);
  if (pod) queue.onEvent({ kind: "pod-removed", pod });
}

function podOnNode({ cache, queue }: ClusterEventTargets, raw: corev1.Pod): void {
  const pod = podInfo(raw);
  const old = cache.placedPod(pod.key);
  queue.delete(pod.key);
  cache.nominations.remove(pod.key);
  cache.setPod(pod);
  if (!old) queue.onEvent({ kind: "pod-assigned", pod });
  else if (
    old.terminating !== pod.terminating ||
    !isDeepStrictEqual(old.labels, pod.labels) ||
    !isDeepStrictEqual(old.requests, pod.requests)
  ) {
    queue.onEvent({ kind: "pod-changed", pod, old });
  }
}

function podWaiting({ cache, queue }: ClusterEventTargets, raw: corev1.Pod, old?: corev1.Pod): void {
  const pod = podInfo(raw);
  // Decided about and being bound: the informer shows the node later.
  if (cache.placedPod(pod.key)) queue.refresh(pod);
  else if (pod.terminating) {
    queue.delete(pod.key);
    cache.nominations.remove(pod.key);
  } else queueUp({ cache, queue }, pod, old);
}

function queueUp({ cache, queue }: Pick<ClusterEventTargets, "cache" | "queue">, pod: PodInfo, old?: corev1.Pod): void {
  const raw = pod.pod;
  const nominated = raw.status?.nominatedNodeName;
  if (nominated && !old) cache.nominations.add(pod, nominated);
  if (!old) queue.add(pod);
  else if (isDeepStrictEqual([raw.spec, raw.metadata.labels], [old.spec, old.metadata.labels])) queue.refresh(pod);
  else queue.update(pod);
}
