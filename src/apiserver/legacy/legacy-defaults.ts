/** What the old versions filled in where today's says otherwise, or leaves it to the client. */
import type { appsv1, KubernetesObject } from "../../api/mod.ts";

const largestInt32 = 2 ** 31 - 1;

type Templated = KubernetesObject & {
  spec: {
    selector?: { matchLabels?: Record<string, string> };
    template: { metadata?: { labels?: Record<string, string> } };
  };
};

export type LegacyDefaults = (object: KubernetesObject) => void;

/** The selector, and the object's own labels, are those of the pods where nothing is said. */
export function fromTemplate(object: KubernetesObject): void {
  const { metadata, spec } = object as Templated;
  const labels = spec.template.metadata?.labels;
  if (!labels || Object.keys(labels).length === 0) return;
  spec.selector ??= { matchLabels: { ...labels } };
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
}

/** `surge`: pods too many, and too few, while rolling. */
function rolling(object: KubernetesObject, surge: number | string): void {
  const { spec } = object as appsv1.Deployment;
  spec.strategy = { type: "RollingUpdate", ...spec.strategy };
  if (spec.strategy.type !== "RollingUpdate") return;
  spec.strategy.rollingUpdate = { maxUnavailable: surge, maxSurge: surge, ...spec.strategy.rollingUpdate };
}

/** The oldest Deployment keeps every revision and waits for its pods forever. */
export function firstDeployment(object: KubernetesObject): void {
  fromTemplate(object);
  rolling(object, 1);
  const { spec } = object as appsv1.Deployment;
  spec.revisionHistoryLimit ??= largestInt32;
  spec.progressDeadlineSeconds ??= largestInt32;
}

export function secondDeployment(object: KubernetesObject): void {
  fromTemplate(object);
  rolling(object, "25%");
  const { spec } = object as appsv1.Deployment;
  spec.revisionHistoryLimit ??= 2;
}

/** Pods are replaced when somebody deletes them. */
export function onDelete(object: KubernetesObject): void {
  fromTemplate(object);
  const { spec } = object as appsv1.DaemonSet | appsv1.StatefulSet;
  spec.updateStrategy = { type: "OnDelete", ...spec.updateStrategy };
}

export function nothing(): void {}
