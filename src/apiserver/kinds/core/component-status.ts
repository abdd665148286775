import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { nameColumn, text } from "../columns.ts";

export const componentStatus: Strategy<corev1.ComponentStatus> = {
  resource: resources.componentstatuses,
  deprecation: "v1 ComponentStatus is deprecated in v1.19+",
  columns: [
    nameColumn,
    text("Status", (object) => (healthy(object)?.status === "True" ? "Healthy" : "Unhealthy"), {
      description: "Status of the component conditions",
    }),
    text("Message", (object) => healthy(object)?.message ?? "", { description: "Message of the component conditions" }),
    text("Error", (object) => healthy(object)?.error ?? "", { description: "Error of the component conditions" }),
  ],
};

const healthy = ({ conditions }: corev1.ComponentStatus): corev1.ComponentCondition | undefined =>
  conditions?.find(({ type }) => type === "Healthy");
