/** RuntimeClass. */
import { toleration } from "../../core/v1/node-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, kind, list, map, message, quantity, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const overhead = message("io.k8s.api.node.v1.Overhead", {
  podFixed: field(1, map(quantity)),
});
export interface Overhead extends Infer<typeof overhead> {}

export const scheduling = message("io.k8s.api.node.v1.Scheduling", {
  nodeSelector: field(1, map(string), { mapType: "atomic" }),
  tolerations: field(2, list(toleration, { listType: "atomic" })),
});
export interface Scheduling extends Infer<typeof scheduling> {}

export const runtimeClass = kind("io.k8s.api.node.v1.RuntimeClass", "node.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  handler: field(2, string, { required: true }),
  overhead: field(3, overhead),
  scheduling: field(4, scheduling),
});
export interface RuntimeClass extends Infer<typeof runtimeClass> {}

export const runtimeClassList = listKind("io.k8s.api.node.v1.RuntimeClassList", runtimeClass);
export interface RuntimeClassList extends Infer<typeof runtimeClassList> {}
