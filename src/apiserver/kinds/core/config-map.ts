import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateConfigMap, validateConfigMapUpdate } from "./config-map-validation.ts";

export const configMap: Strategy<corev1.ConfigMap> = {
  resource: resources.configmaps,
  columns: [nameColumn, text("Data", keyCount, { describedBy: "io.k8s.api.core.v1.ConfigMap.data" }), ageColumn],
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
};

function keyCount({ data, binaryData }: corev1.ConfigMap): number {
  return Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length;
}
