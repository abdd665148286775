import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateSecret, validateSecretUpdate } from "./secret-validation.ts";
import { keyPairWarnings } from "./secret-warnings.ts";

export const secret: Strategy<corev1.Secret> = {
  resource: resources.secrets,
  columns: [
    nameColumn,
    text("Type", (object) => object.type ?? "", { describedBy: "io.k8s.api.core.v1.Secret.type" }),
    text("Data", (object) => Object.keys(object.data ?? {}).length, { describedBy: "io.k8s.api.core.v1.Secret.data" }),
    ageColumn,
  ],
  selectableFields: { type: (object) => object.type ?? "" },
  prepareForCreate: mergeStringData,
  prepareForUpdate: mergeStringData,
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warnings: keyPairWarnings,
};

/** `stringData` is for writing only: it becomes `data`, over what is there. */
function mergeStringData(object: corev1.Secret): void {
  const { stringData } = object;
  if (!stringData) return;
  delete object.stringData;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  object.data = { ...object.data, ...Object.fromEntries(encoded) };
}
