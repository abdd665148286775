/** The metadata of objects and lists, and the common condition. */
import { boolean, field, fieldsV1, int64, list, map, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const condition = message("io.k8s.apimachinery.pkg.apis.meta.v1.Condition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  observedGeneration: field(3, int64),
  lastTransitionTime: field(4, time, { required: true }),
  reason: field(5, string, { required: true }),
  message: field(6, string, { required: true }),
});
export interface Condition extends Infer<typeof condition> {}

export const shardInfo = message("io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo", {
  selector: field(1, string, { required: true }),
});
export interface ShardInfo extends Infer<typeof shardInfo> {}

export const listMeta = message("io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta", {
  selfLink: field(1, string),
  resourceVersion: field(2, string),
  continue: field(3, string),
  remainingItemCount: field(4, int64, { pointer: true }),
  shardInfo: field(5, shardInfo),
});
export interface ListMeta extends Infer<typeof listMeta> {}

export const managedFieldsEntry = message("io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry", {
  manager: field(1, string),
  operation: field(2, string),
  apiVersion: field(3, string),
  time: field(4, time),
  fieldsType: field(6, string),
  fieldsV1: field(7, fieldsV1),
  subresource: field(8, string),
});
export interface ManagedFieldsEntry extends Infer<typeof managedFieldsEntry> {}

export const ownerReference = message(
  "io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference",
  {
    apiVersion: field(5, string, { required: true }),
    kind: field(1, string, { required: true }),
    name: field(3, string, { required: true }),
    uid: field(4, string, { required: true }),
    controller: field(6, boolean, { pointer: true }),
    blockOwnerDeletion: field(7, boolean, { pointer: true }),
  },
  { mapType: "atomic" },
);
export interface OwnerReference extends Infer<typeof ownerReference> {}

export const objectMeta = message("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", {
  name: field(1, string, { stored: true }),
  generateName: field(2, string),
  namespace: field(3, string, { stored: true }),
  selfLink: field(4, string),
  uid: field(5, string, { stored: true }),
  resourceVersion: field(6, string, { stored: true }),
  generation: field(7, int64),
  creationTimestamp: field(8, time, { stored: true }),
  deletionTimestamp: field(9, time),
  deletionGracePeriodSeconds: field(10, int64, { pointer: true }),
  labels: field(11, map(string)),
  annotations: field(12, map(string)),
  ownerReferences: field(13, list(ownerReference, { listType: "map", listMapKeys: ["uid"] }), {
    patchStrategy: "merge",
    patchMergeKey: "uid",
  }),
  finalizers: field(14, list(string, { listType: "set" }), { patchStrategy: "merge" }),
  managedFields: field(17, list(managedFieldsEntry, { listType: "atomic" })),
});
export interface ObjectMeta extends Infer<typeof objectMeta> {}
