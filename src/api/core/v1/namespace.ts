/** Namespace. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { enumeration, field, kind, list, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const namespaceSpec = message("io.k8s.api.core.v1.NamespaceSpec", {
  finalizers: field(1, list(string, { listType: "atomic" })),
});
export interface NamespaceSpec extends Infer<typeof namespaceSpec> {}

export const namespaceCondition = message("io.k8s.api.core.v1.NamespaceCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  lastTransitionTime: field(4, time, { always: true }),
  reason: field(5, string),
  message: field(6, string),
});
export interface NamespaceCondition extends Infer<typeof namespaceCondition> {}

export const namespacePhase = enumeration("Active", "Terminating");
export type NamespacePhase = Infer<typeof namespacePhase>;

export const namespaceStatus = message("io.k8s.api.core.v1.NamespaceStatus", {
  phase: field(1, namespacePhase),
  conditions: field(2, list(namespaceCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
});
export interface NamespaceStatus extends Infer<typeof namespaceStatus> {}

export const namespace = kind("io.k8s.api.core.v1.Namespace", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, namespaceSpec, { always: true }),
  status: field(3, namespaceStatus, { always: true }),
});
export interface Namespace extends Infer<typeof namespace> {}

export const namespaceList = listKind("io.k8s.api.core.v1.NamespaceList", namespace);
export interface NamespaceList extends Infer<typeof namespaceList> {}
