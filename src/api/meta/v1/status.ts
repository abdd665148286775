/** Status: the answer that is not an object. */
import { field, int32, kind, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { listMeta } from "./object-meta.ts";

export const statusCause = message("io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause", {
  reason: field(1, string),
  message: field(2, string),
  field: field(3, string),
});
export interface StatusCause extends Infer<typeof statusCause> {}

export const statusDetails = message("io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails", {
  name: field(1, string),
  group: field(2, string),
  kind: field(3, string),
  causes: field(4, list(statusCause, { listType: "atomic" })),
  retryAfterSeconds: field(5, int32),
  uid: field(6, string),
});
export interface StatusDetails extends Infer<typeof statusDetails> {}

export const status = kind("io.k8s.apimachinery.pkg.apis.meta.v1.Status", "v1", {
  metadata: field(1, listMeta, { always: true }),
  status: field(2, string),
  message: field(3, string),
  reason: field(4, string),
  details: field(5, statusDetails),
  code: field(6, int32),
});
export interface Status extends Infer<typeof status> {}
