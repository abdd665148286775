/** ReplicaSets and ReplicationControllers are one thing with two names; this is what the engine knows of either. */
import {
  type appsv1,
  type corev1,
  type KubernetesObject,
  labelSelectorAsSelector,
  type ResourceInfo,
  resources,
} from "../../api/mod.ts";
import type { Selector } from "../support/claim.ts";

/** The shape that both kinds share. */
export interface Replicated extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly template?: corev1.PodTemplateSpec;
    readonly selector?: unknown;
  };
  readonly status?: appsv1.ReplicaSetStatus;
}

export interface ReplicatedKind<T extends Replicated> {
  readonly controllerName: string;
  readonly eventSource: string;
  /** Status counts pods that are on their way out. */
  readonly countsTerminating: boolean;
  readonly resource: ResourceInfo<T>;
  selectorOf(object: T): Selector;
}

export const replicaSetKind: ReplicatedKind<appsv1.ReplicaSet> = {
  controllerName: "replicaset-controller",
  eventSource: "replicaset-controller",
  countsTerminating: true,
  resource: resources.replicasets,
  selectorOf: (set) => labelSelectorAsSelector(set.spec.selector),
};

export const replicationControllerKind: ReplicatedKind<corev1.ReplicationController> = {
  controllerName: "replicationcontroller-controller",
  eventSource: "replication-controller",
  countsTerminating: false,
  resource: resources.replicationcontrollers,
  selectorOf: (controller) => labelSelectorAsSelector({ matchLabels: controller.spec.selector ?? {} }),
};

export function wantedReplicas(object: Replicated): number {
  return object.spec.replicas ?? 1;
}
