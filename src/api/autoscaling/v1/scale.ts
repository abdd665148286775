/** Scale: the subresource of everything that has replicas. */
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, int32, kind, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const scaleSpec = message("io.k8s.api.autoscaling.v1.ScaleSpec", {
  replicas: field(1, int32, { default: 0 }),
});
export interface ScaleSpec extends Infer<typeof scaleSpec> {}

export const scaleStatus = message("io.k8s.api.autoscaling.v1.ScaleStatus", {
  replicas: field(1, int32, { required: true, default: 0 }),
  selector: field(2, string),
});
export interface ScaleStatus extends Infer<typeof scaleStatus> {}

export const scale = kind("io.k8s.api.autoscaling.v1.Scale", "autoscaling/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, scaleSpec, { always: true }),
  status: field(3, scaleStatus, { always: true }),
});
export interface Scale extends Infer<typeof scale> {}
