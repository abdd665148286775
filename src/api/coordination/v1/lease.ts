/** Lease. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, int32, kind, message, microTime, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const leaseSpec = message("io.k8s.api.coordination.v1.LeaseSpec", {
  holderIdentity: field(1, string, { pointer: true }),
  leaseDurationSeconds: field(2, int32, { pointer: true }),
  acquireTime: field(3, microTime),
  renewTime: field(4, microTime),
  leaseTransitions: field(5, int32, { pointer: true }),
  strategy: field(6, string, { pointer: true }),
  preferredHolder: field(7, string, { pointer: true }),
});
export interface LeaseSpec extends Infer<typeof leaseSpec> {}

export const lease = kind("io.k8s.api.coordination.v1.Lease", "coordination.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, leaseSpec, { always: true }),
});
export interface Lease extends Infer<typeof lease> {}

export const leaseList = listKind("io.k8s.api.coordination.v1.LeaseList", lease);
export interface LeaseList extends Infer<typeof leaseList> {}
