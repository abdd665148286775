/** The endpoints of a Service as DNS names them. */
import type { discoveryv1 } from "../../api/mod.ts";

export interface NamedEndpoint {
  /** The pod's hostname, or its address with dashes. */
  readonly host: string;
  readonly address: string;
  readonly type: "A" | "AAAA";
  readonly ports: readonly discoveryv1.EndpointPort[];
}

/** Ready ones. Where a Service publishes addresses that are not ready, its slices call them ready. */
export function namedEndpoints(slices: readonly discoveryv1.EndpointSlice[]): readonly NamedEndpoint[] {
  return slices.flatMap(({ addressType, endpoints, ports }) => {
    if (addressType !== "IPv4" && addressType !== "IPv6") return [];
    const type = addressType === "IPv4" ? "A" : "AAAA";
    return (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap((endpoint) =>
        endpoint.addresses.map(
          (address) => ({ host: hostOf(endpoint, address), address, type, ports: ports ?? [] }) as const,
        ),
      );
  });
}

function hostOf({ hostname }: discoveryv1.Endpoint, address: string): string {
  return (hostname || address.replaceAll(/[.:]/g, "-")).toLowerCase();
}
