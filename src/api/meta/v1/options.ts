/** Options that travel in request bodies, and watch events. */
import { boolean, field, int64, kind, list, message, rawExtension, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const preconditions = message("io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions", {
  uid: field(1, string, { pointer: true }),
  resourceVersion: field(2, string, { pointer: true }),
});
export interface Preconditions extends Infer<typeof preconditions> {}

export const deleteOptions = kind("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions", "v1", {
  gracePeriodSeconds: field(1, int64, { pointer: true }),
  preconditions: field(2, preconditions),
  orphanDependents: field(3, boolean, { pointer: true }),
  propagationPolicy: field(4, string, { pointer: true }),
  dryRun: field(5, list(string, { listType: "atomic" })),
  ignoreStoreReadErrorWithClusterBreakingPotential: field(6, boolean, { pointer: true }),
});
export interface DeleteOptions extends Infer<typeof deleteOptions> {}

export const watchEvent = message("io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent", {
  type: field(1, string, { required: true }),
  object: field(2, rawExtension, { required: true }),
});
export interface WatchEvent extends Infer<typeof watchEvent> {}
