/** ControllerRevision: a stored state of a DaemonSet or StatefulSet. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, int64, kind, rawExtension } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const controllerRevision = kind("io.k8s.api.apps.v1.ControllerRevision", "apps/v1", {
  metadata: field(1, objectMeta, { always: true }),
  data: field(2, rawExtension, { always: true }),
  revision: field(3, int64, { required: true, default: 0 }),
});
export interface ControllerRevision extends Infer<typeof controllerRevision> {}

export const controllerRevisionList = listKind("io.k8s.api.apps.v1.ControllerRevisionList", controllerRevision);
export interface ControllerRevisionList extends Infer<typeof controllerRevisionList> {}
