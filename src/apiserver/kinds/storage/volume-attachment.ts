import { resources, type storagev1 } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text, truth } from "../columns.ts";
import { validateVolumeAttachment, validateVolumeAttachmentUpdate } from "./volume-attachment-validation.ts";

const docs = "io.k8s.api.storage.v1";

export const volumeAttachment: Strategy<storagev1.VolumeAttachment> = {
  resource: resources.volumeattachments,
  hasStatus: true,
  returnsDeletedObject: true,
  allowUnconditionalUpdate: false,
  columns: [
    nameColumn,
    text("Attacher", ({ spec }) => spec.attacher, {
      format: "name",
      describedBy: `${docs}.VolumeAttachmentSpec.attacher`,
    }),
    text("PV", ({ spec }) => spec.source.persistentVolumeName ?? "", {
      describedBy: `${docs}.VolumeAttachmentSource.persistentVolumeName`,
    }),
    text("Node", ({ spec }) => spec.nodeName, { describedBy: `${docs}.VolumeAttachmentSpec.nodeName` }),
    truth("Attached", ({ status }) => status?.attached ?? false, {
      describedBy: `${docs}.VolumeAttachmentStatus.attached`,
    }),
    ageColumn,
  ],
  prepareForCreate(object) {
    object.status = { attached: false };
  },
  validate: validateVolumeAttachment,
  validateUpdate: validateVolumeAttachmentUpdate,
};
