/** Everything may be written, or nothing. Upstream keeps both for those who still name them. Off by default. */
import type { AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";

export const alwaysAdmit: AdmissionPlugin = { name: "AlwaysAdmit", handles: () => false };

export const alwaysDeny: AdmissionPlugin = {
  name: "AlwaysDeny",
  handles: () => true,
  validate: (attributes) => {
    throw forbidden(attributes, "admission control is denying all modifications");
  },
};
