/** Services get no external addresses; those that they have may stay (CVE-2020-8554: who may make a service could catch others' traffic). Off by default. */
import { type corev1, resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { concerns, incoming, isWrite, stored } from "../request.ts";

export const denyServiceExternalIPs: AdmissionPlugin = {
  name: "DenyServiceExternalIPs",
  handlesByKind: true,

  handles(attributes: AdmissionAttributes): boolean {
    return isWrite(attributes) && concerns(attributes, resources.services);
  },

  validate(attributes: AdmissionAttributes): void {
    const had = new Set(stored<corev1.Service>(attributes)?.spec?.externalIPs);
    const asked = incoming<corev1.Service>(attributes).spec?.externalIPs ?? [];
    if (asked.every((address) => had.has(address))) return;
    throw forbidden(attributes, "Use of external IPs is denied by admission control");
  },
};
