import assert from "node:assert/strict";
import { test } from "node:test";
import type { storagev1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { validateVolumeAttachmentUpdate } from "./volume-attachment-validation.ts";

test("an attachment's specification stays as it is, and is told in the order and under the names of upstream's own type", () => {
  const attachment = (nodeName: string) =>
    ({
      metadata: {},
      spec: { nodeName, attacher: "a", source: { persistentVolumeName: "v" } },
    }) as storagev1.VolumeAttachment;
  const told = (nodeName: string) =>
    validateVolumeAttachmentUpdate(attachment(nodeName), attachment("n"), {} as RequestContext).map(
      ({ field, message }) => `${field}: ${message}`,
    );
  assert.deepEqual(told("n"), []);
  assert.deepEqual(told("m"), [
    'spec: Invalid value: {"Attacher":"a","Source":{"PersistentVolumeName":"v","InlineVolumeSpec":null},"NodeName":"m"}: field is immutable',
  ]);
});
