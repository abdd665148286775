/** SRV records: where each port of a Service is answered. Pure. */
import type { corev1 } from "../../api/mod.ts";
import type { NamedEndpoint } from "./endpoints.ts";
import type { DnsRecord, ServiceRecord } from "./records.ts";

export interface SrvRequest {
  /** As asked. */
  readonly name: string;
  /** `service.namespace.svc.domain`. */
  readonly base: string;
  readonly ttl: number;
  readonly service: corev1.Service;
  /** Of a headless Service; absent: it has an address of its own. */
  readonly endpoints: readonly NamedEndpoint[] | undefined;
  readonly clusterAddresses: readonly { readonly address: string; readonly type: "A" | "AAAA" }[];
  /** Lower case; absent: all ports. */
  readonly port: { readonly protocol: string; readonly port: string } | undefined;
}

interface Target {
  readonly target: string;
  readonly port: number;
}

export function serviceSrv(request: SrvRequest) {
  const targets = request.endpoints ? endpointTargets(request, request.endpoints) : ownTargets(request);
  // All targets weigh the same; the sum stays near 100.
  const weight = targets.length === 0 ? 0 : Math.max(1, Math.floor(100 / targets.length));
  const { name, ttl } = request;
  const answers = targets.map(
    ({ target, port }): ServiceRecord => ({ name, ttl, type: "SRV", priority: 0, weight, port, target }),
  );
  return { answers, additional: addresses(request) };
}

type Port = { readonly name?: string; readonly protocol?: string };

function matches({ port: wanted }: SrvRequest, { name, protocol }: Port): boolean {
  if (!wanted) return true;
  return (name ?? "").toLowerCase() === wanted.port && (protocol ?? "TCP").toLowerCase() === wanted.protocol;
}

function ownTargets(request: SrvRequest): readonly Target[] {
  const ports = (request.service.spec.ports ?? []).filter((port) => matches(request, port));
  return ports.map(({ port }) => ({ target: request.base, port }));
}

function endpointTargets(request: SrvRequest, endpoints: readonly NamedEndpoint[]): readonly Target[] {
  const found = endpoints.flatMap(({ host, ports }) =>
    ports
      .filter((port) => matches(request, port) && port.port)
      .map((port) => ({ target: `${host}.${request.base}`, port: port.port! })),
  );
  return [...new Map(found.map((target) => [`${target.target}:${target.port}`, target])).values()];
}

function addresses({ endpoints, clusterAddresses, base, ttl }: SrvRequest): readonly DnsRecord[] {
  if (!endpoints) return clusterAddresses.map(({ address, type }) => ({ name: base, ttl, type, address }));
  return endpoints.map(({ host, address, type }) => ({ name: `${host}.${base}`, ttl, type, address }));
}
