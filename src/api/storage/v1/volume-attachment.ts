/** VolumeAttachment. */
import { persistentVolumeSpec } from "../../core/v1/persistent-volume.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, field, int32, kind, map, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const volumeAttachmentSource = message("io.k8s.api.storage.v1.VolumeAttachmentSource", {
  persistentVolumeName: field(1, string, { pointer: true }),
  inlineVolumeSpec: field(2, persistentVolumeSpec),
});
export interface VolumeAttachmentSource extends Infer<typeof volumeAttachmentSource> {}

export const volumeAttachmentSpec = message("io.k8s.api.storage.v1.VolumeAttachmentSpec", {
  attacher: field(1, string, { required: true }),
  source: field(2, volumeAttachmentSource, { required: true }),
  nodeName: field(3, string, { required: true }),
});
export interface VolumeAttachmentSpec extends Infer<typeof volumeAttachmentSpec> {}

export const volumeError = message("io.k8s.api.storage.v1.VolumeError", {
  time: field(1, time, { always: true }),
  message: field(2, string),
  errorCode: field(3, int32, { pointer: true }),
});
export interface VolumeError extends Infer<typeof volumeError> {}

export const volumeAttachmentStatus = message("io.k8s.api.storage.v1.VolumeAttachmentStatus", {
  attached: field(1, boolean, { required: true, default: false }),
  attachmentMetadata: field(2, map(string)),
  attachError: field(3, volumeError),
  detachError: field(4, volumeError),
});
export interface VolumeAttachmentStatus extends Infer<typeof volumeAttachmentStatus> {}

export const volumeAttachment = kind("io.k8s.api.storage.v1.VolumeAttachment", "storage.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, volumeAttachmentSpec, { required: true }),
  status: field(3, volumeAttachmentStatus, { always: true }),
});
export interface VolumeAttachment extends Infer<typeof volumeAttachment> {}

export const volumeAttachmentList = listKind("io.k8s.api.storage.v1.VolumeAttachmentList", volumeAttachment);
export interface VolumeAttachmentList extends Infer<typeof volumeAttachmentList> {}
