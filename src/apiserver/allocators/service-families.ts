/** Which IP families a service gets: what it asks for, as far as the cluster has it. */

import { isIP } from "node:net";
import type { corev1 } from "../../api/mod.ts";
import { validateClusterAddresses } from "../kinds/core/service-address-validation.ts";
import { type FieldError, invalid } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import type { IpFamily } from "./address-range.ts";

const spec = field("spec");

/** Fills in `ipFamilies`, `ipFamilyPolicy` and `clusterIPs`; answers what the cluster cannot give. */
export function settleFamilies({ spec: service }: corev1.Service, cluster: readonly IpFamily[]): FieldError[] {
  if (service.type === "ExternalName") return [];
  if (service.clusterIP && !service.clusterIPs?.length) service.clusterIPs = [service.clusterIP];
  const errors = validateClusterAddresses(service);
  if (errors.length === 0) errors.push(...severalOnOneStack(service));
  if (errors.length === 0) errors.push(...checkFamilies(service, cluster));
  if (errors.length > 0) return errors;
  const headless = service.clusterIP === "None";
  if (headless && !service.selector && !service.ipFamilyPolicy) return settleSelectorless(service, cluster);
  service.ipFamilyPolicy ??= (service.clusterIPs?.length ?? 0) > 1 ? "RequireDualStack" : "SingleStack";
  const wanted = [...new Set([...(service.ipFamilies ?? []), ...familiesOf(service.clusterIPs), ...cluster])];
  service.ipFamilies = service.ipFamilyPolicy === "SingleStack" ? wanted.slice(0, 1) : wanted;
  return [];
}

function severalOnOneStack({ ipFamilies, ipFamilyPolicy }: corev1.ServiceSpec): FieldError[] {
  if (ipFamilyPolicy !== "SingleStack" || (ipFamilies?.length ?? 0) < 2) return [];
  const why = "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified";
  return [invalid(spec.child("ipFamilyPolicy"), ipFamilyPolicy, why)];
}

/** Nobody knows which addresses the hand-made endpoints of such a service have. */
function settleSelectorless(service: corev1.ServiceSpec, cluster: readonly IpFamily[]): FieldError[] {
  const families: IpFamily[] = ["IPv4", "IPv6"];
  const first = (service.ipFamilies?.[0] as IpFamily | undefined) ?? cluster[0]!;
  service.ipFamilyPolicy = "RequireDualStack";
  service.ipFamilies = [first, ...families.filter((family) => family !== first)];
  return [];
}

function checkFamilies(service: corev1.ServiceSpec, cluster: readonly IpFamily[]): FieldError[] {
  const errors: FieldError[] = [];
  const headless = service.clusterIP === "None" && !service.selector;
  for (const [index, family] of (service.ipFamilies ?? []).entries()) {
    if (headless || cluster.includes(family as IpFamily)) continue;
    errors.push(invalid(spec.child("ipFamilies").index(index), family, "not configured on this cluster"));
  }
  if (service.ipFamilyPolicy === "RequireDualStack" && cluster.length < 2 && !headless) {
    const why = "this cluster is not configured for dual-stack services";
    errors.push(invalid(spec.child("ipFamilyPolicy"), service.ipFamilyPolicy, why));
  }
  return errors;
}

function familiesOf(addresses: readonly string[] | undefined): IpFamily[] {
  return (addresses ?? [])
    .filter((address) => isIP(address) !== 0)
    .map((address) => (isIP(address) === 4 ? "IPv4" : "IPv6"));
}
