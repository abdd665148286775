import { type networkingv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateServiceCIDR, validateServiceCIDRUpdate } from "./address-validation.ts";

export const serviceCIDR: Strategy<networkingv1.ServiceCIDR> = {
  resource: resources.servicecidrs,
  hasStatus: true,
  columns: [
    nameColumn,
    text("CIDRs", (object) => (object.spec?.cidrs ?? []).join(","), {
      describedBy: "io.k8s.api.networking.v1.ServiceCIDRSpec.cidrs",
    }),
    ageColumn,
  ],
  validate: validateServiceCIDR,
  validateUpdate: validateServiceCIDRUpdate,
};
