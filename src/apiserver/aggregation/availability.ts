/** Whether an APIService can be used: the verdict as its condition `Available`, from what is known of its Service and of its answer. */
import type { apiregistrationv1, corev1, discoveryv1 } from "../../api/mod.ts";
import type { ServiceReference } from "../../client/mod.ts";

export interface Verdict {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

export const local: Verdict = {
  status: "True",
  reason: "Local",
  message: "Local APIServices are always available",
};

export const passed: Verdict = { status: "True", reason: "Passed", message: "all checks passed" };

export function failedDiscovery(message: string): Verdict {
  return { status: "False", reason: "FailedDiscoveryCheck", message };
}

/** What is wrong with the Service; nothing where its server can be asked. */
export function serviceProblem(
  { namespace, name, port }: ServiceReference,
  service: corev1.Service | undefined,
  slices: readonly discoveryv1.EndpointSlice[],
): Verdict | undefined {
  const at = `service/${name} in ${JSON.stringify(namespace)}`;
  if (!service) return refused("ServiceNotFound", `${at} is not present`);
  if ((service.spec.type ?? "ClusterIP") !== "ClusterIP") return undefined;
  const found = service.spec.ports?.find((one) => one.port === port);
  if (!found) return refused("ServicePortError", `${at} is not listening on port ${port}`);
  if (slices.length === 0) return refused("EndpointsNotFound", `cannot find endpointslices for ${at}`);
  const portName = found.name ?? "";
  if (slices.some((slice) => hasReady(slice) && slice.ports?.some((one) => (one.name ?? "") === portName)))
    return undefined;
  const text = `endpointslices for ${at} have no addresses with port name ${JSON.stringify(portName)}`;
  return refused("MissingEndpoints", text);
}

function refused(reason: string, message: string): Verdict {
  return { status: "False", reason, message };
}

function hasReady({ endpoints }: discoveryv1.EndpointSlice): boolean {
  return endpoints?.some(({ conditions, addresses }) => conditions?.ready !== false && addresses.length > 0) ?? false;
}

type Condition = apiregistrationv1.APIServiceCondition;

/** The conditions with the verdict in them; nothing where they say so already. The time changes only with the status. */
export function withVerdict(
  conditions: readonly Condition[],
  { status, reason, message }: Verdict,
  now: string,
): Condition[] | undefined {
  const present = conditions.find(({ type }) => type === "Available");
  if (present?.status === status && present.reason === reason && present.message === message) return undefined;
  const lastTransitionTime = present?.status === status ? (present.lastTransitionTime ?? now) : now;
  const next: Condition = { type: "Available", status, lastTransitionTime, reason, message };
  return present ? conditions.map((one) => (one === present ? next : one)) : [...conditions, next];
}
