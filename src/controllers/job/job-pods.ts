/** The pods that a Job makes: what it adds to its template. Pure. */
import { type batchv1, clone, type corev1 } from "../../api/mod.ts";
import { newControllerReference } from "../support/controller-reference.ts";
import { type PodDraft, podFromTemplate } from "../support/pod-control.ts";
import { indexFailureCountAnnotation, indexIgnoredFailureCountAnnotation } from "./backoff.ts";
import { hasIndexLimit, nextFailureCounts } from "./failed-indexes.ts";
import { completionIndexAnnotation } from "./indexes.ts";
import { trackingFinalizer } from "./job-view.ts";

const indexVariable = "JOB_COMPLETION_INDEX";

/** A pod of a Job without indexes. */
export function newJobPod(job: batchv1.Job): PodDraft {
  const pod = podFromTemplate(
    job.spec.template,
    job,
    newControllerReference(job, { apiVersion: "batch/v1", kind: "Job" }),
  );
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), trackingFinalizer];
  return pod;
}

/** A pod of this index; `previous` is the failed pod that it replaces. */
export function newIndexedPod(job: batchv1.Job, index: number, previous: corev1.Pod | undefined): PodDraft {
  const pod = newJobPod(job);
  const name = `${job.metadata.name}-${index}`;
  pod.metadata.generateName = `${name}-`;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [completionIndexAnnotation]: String(index),
    ...failureAnnotations(job, previous),
  };
  pod.metadata.labels = { ...pod.metadata.labels, [completionIndexAnnotation]: String(index) };
  pod.spec.hostname = name;
  pod.spec.containers = pod.spec.containers.map(withIndex);
  if (pod.spec.initContainers) pod.spec.initContainers = pod.spec.initContainers.map(withIndex);
  return pod;
}

function failureAnnotations(job: batchv1.Job, previous: corev1.Pod | undefined): Record<string, string> {
  if (!hasIndexLimit(job)) return {};
  const { counted, ignored } = nextFailureCounts(job, previous);
  return {
    [indexFailureCountAnnotation]: String(counted),
    ...(ignored > 0 ? { [indexIgnoredFailureCountAnnotation]: String(ignored) } : {}),
  };
}

function withIndex(container: corev1.Container): corev1.Container {
  if (container.env?.some((variable) => variable.name === indexVariable)) return container;
  const fieldPath = `metadata.labels['${completionIndexAnnotation}']`;
  const variable = { name: indexVariable, valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } } };
  return { ...clone(container), env: [...(container.env ?? []), variable] };
}
