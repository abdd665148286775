/** The pod that a controller makes, and PodTemplate. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, kind, message, partial } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { podSpec } from "./pod-spec.ts";

export const podTemplateSpec = message("io.k8s.api.core.v1.PodTemplateSpec", {
  metadata: field(1, partial(objectMeta), { always: true }),
  spec: field(2, podSpec, { always: true }),
});
export interface PodTemplateSpec extends Infer<typeof podTemplateSpec> {}

export const podTemplate = kind("io.k8s.api.core.v1.PodTemplate", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  template: field(2, podTemplateSpec, { always: true }),
});
export interface PodTemplate extends Infer<typeof podTemplate> {}

export const podTemplateList = listKind("io.k8s.api.core.v1.PodTemplateList", podTemplate);
export interface PodTemplateList extends Infer<typeof podTemplateList> {}
