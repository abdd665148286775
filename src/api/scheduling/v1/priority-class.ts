/** PriorityClass. */
import { preemptionPolicy } from "../../core/v1/pod-spec.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, field, int32, kind, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const priorityClass = kind("io.k8s.api.scheduling.v1.PriorityClass", "scheduling.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  value: field(2, int32, { always: true, default: 0 }),
  globalDefault: field(3, boolean),
  description: field(4, string),
  preemptionPolicy: field(5, preemptionPolicy, { pointer: true }),
});
export interface PriorityClass extends Infer<typeof priorityClass> {}

export const priorityClassList = listKind("io.k8s.api.scheduling.v1.PriorityClassList", priorityClass);
export interface PriorityClassList extends Infer<typeof priorityClassList> {}
