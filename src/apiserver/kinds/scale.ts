/** The scale subresource of kinds whose replicas are where all built-in kinds have them. */
import { type KubernetesObject, labelSelectorAsSelector, type metav1 } from "../../api/mod.ts";
import type { Strategy } from "../registry/strategy.ts";

interface Scalable extends KubernetesObject {
  readonly spec: { replicas?: number };
  readonly status?: { readonly replicas?: number };
}

/** `selector` prints what the object's pods are selected by, for the status of a Scale. */
export function replicaScale<T extends Scalable>(selector: (object: T) => string): NonNullable<Strategy<T>["scale"]> {
  return {
    getReplicas: (object) => object.spec.replicas ?? 0,
    setReplicas(object, replicas) {
      object.spec.replicas = replicas;
    },
    statusReplicas: (object) => object.status?.replicas ?? 0,
    selector,
  };
}

/** A label selector as the status of a Scale prints it. */
export function scaleSelector({ spec }: { readonly spec: { readonly selector?: metav1.LabelSelector } }): string {
  return spec.selector ? labelSelectorAsSelector(spec.selector).toString() : "";
}
