/** The pods that a node API answers for: one node's, or those of many simulated ones. */
import type { corev1 } from "../../api/mod.ts";
import type { PodObservation } from "../pod/observation.ts";
import type { Runtime } from "../runtime/contract.ts";
import type { NodeStats, NodeUsage } from "../stats/node-stats.ts";

export interface DirectoryEntry {
  readonly pod: corev1.Pod;
  readonly observation: PodObservation;
  readonly runtime: Runtime;
}

export interface PodDirectory {
  /** With a fresh look at what the runtime has of the pod. */
  find(namespace: string, name: string, uid?: string): Promise<DirectoryEntry | undefined>;
  list(): readonly corev1.Pod[];
  stats(): Promise<NodeStats>;
  /** The part of them that costs little. */
  usage(): Promise<NodeUsage>;
  /** For `/configz`. */
  configuration(): Readonly<Record<string, unknown>>;
}
