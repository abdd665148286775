/** Fields of features that are off where nobody turns them on: upstream takes them from clients and drops them. */
import type { corev1, KubernetesObject } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";

/** Changes `spec`, a pod's or a template's. */
export function dropDisabledPodFields(spec: corev1.PodSpec | undefined): void {
  if (!spec) return;
  drop(spec, "schedulingGroup");
  for (const { projected } of spec.volumes ?? [])
    for (const source of projected?.sources ?? []) {
      drop(source, "clusterTrustBundle");
      drop(source, "podCertificate");
    }
  for (const container of spec.initContainers ?? []) dropStopSignal(container);
  for (const container of spec.containers ?? []) dropStopSignal(container);
}

/** Taking away what is not there takes longer than asking for it. */
function drop<T>(object: T, key: keyof T): void {
  if (object[key] !== undefined) delete object[key];
}

function dropStopSignal(container: corev1.Container): void {
  if (container.lifecycle?.stopSignal === undefined) return;
  delete container.lifecycle.stopSignal;
  if (Object.keys(container.lifecycle).length === 0) delete container.lifecycle;
}

type TemplateOf<T> = (object: T) => corev1.PodTemplateSpec | undefined;

/** The strategy of a kind whose objects have a template for pods. */
export function withTemplate<T extends KubernetesObject>(
  strategy: Strategy<T>,
  templateOf: TemplateOf<T>,
): Strategy<T> {
  return {
    ...strategy,
    prepareForCreate(object, context) {
      dropDisabledPodFields(templateOf(object)?.spec);
      strategy.prepareForCreate?.(object, context);
    },
    prepareForUpdate(object, old, context) {
      const template = templateOf(object);
      // What an update of the status keeps is the stored object's own, which does not change.
      if (template !== templateOf(old)) dropDisabledPodFields(template?.spec);
      strategy.prepareForUpdate?.(object, old, context);
    },
  };
}
