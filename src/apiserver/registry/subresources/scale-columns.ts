/** The columns of a Scale: those of built-in kinds and those of custom resources are not printed by the same code upstream. */
import type { autoscalingv1, KubernetesObject } from "../../../api/mod.ts";
import { ageColumn, nameColumn } from "../../kinds/columns.ts";
import type { TableColumn } from "../strategy.ts";

type Columns = readonly TableColumn<KubernetesObject>[];

const docs = "io.k8s.api.autoscaling.v1.Scale";
const desired = (scale: KubernetesObject) => (scale as unknown as autoscalingv1.Scale).spec?.replicas ?? 0;
const available = (scale: KubernetesObject) => (scale as unknown as autoscalingv1.Scale).status?.replicas ?? 0;

export const scaleColumns: Columns = [
  { ...nameColumn, format: "" },
  { name: "Desired", type: "integer", describedBy: `${docs}Spec.replicas`, value: desired },
  { name: "Available", type: "integer", describedBy: `${docs}Status.replicas`, value: available },
  ageColumn,
];

export const customScaleColumns: Columns = [
  nameColumn,
  { name: "Desired", type: "integer", description: "Number of desired replicas", value: desired },
  { name: "Available", type: "integer", description: "Number of actual replicas", value: available },
  { ...ageColumn, type: "date" },
];
