/** Pod, and Binding of one to its node. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, kind } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { podSpec } from "./pod-spec.ts";
import { podStatus } from "./pod-status.ts";
import { objectReference } from "./references.ts";

export const binding = kind("io.k8s.api.core.v1.Binding", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  target: field(2, objectReference, { required: true }),
});
export interface Binding extends Infer<typeof binding> {}

export const pod = kind("io.k8s.api.core.v1.Pod", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, podSpec, { always: true }),
  status: field(3, podStatus, { always: true }),
});
export interface Pod extends Infer<typeof pod> {}

export const podList = listKind("io.k8s.api.core.v1.PodList", pod);
export interface PodList extends Infer<typeof podList> {}
