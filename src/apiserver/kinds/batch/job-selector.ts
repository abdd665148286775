/** The labels by which a job finds its own pods, and no others: made from its uid. */
import type { batchv1 } from "../../../api/mod.ts";

export const controllerUidLabel = "batch.kubernetes.io/controller-uid";
export const jobNameLabel = "batch.kubernetes.io/job-name";
/** Without the prefix: what pods of older versions carry. */
export const legacyControllerUidLabel = "controller-uid";
export const legacyJobNameLabel = "job-name";

export function generatedLabels({
  name = "",
  uid,
}: Partial<batchv1.Job["metadata"]> & { uid: string }): Record<string, string> {
  return {
    [jobNameLabel]: name,
    [legacyJobNameLabel]: name,
    [controllerUidLabel]: uid,
    [legacyControllerUidLabel]: uid,
  };
}

export function generateSelector({ metadata, spec }: batchv1.Job): void {
  const own = generatedLabels(metadata);
  spec.template.metadata = { ...spec.template.metadata, labels: { ...own, ...spec.template.metadata?.labels } };
  spec.selector ??= {};
  spec.selector.matchLabels ??= {};
  spec.selector.matchLabels[controllerUidLabel] ??= metadata.uid;
}
