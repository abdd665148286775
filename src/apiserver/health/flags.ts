/** What `/flagz` shows: upstream's names for what this server was told or does anyway. */
import { maximumInFlight, requestTimeoutMs } from "../request/limits.ts";
import type { Flags } from "./component-pages.ts";

export interface FlagSource {
  readonly advertise: { readonly host: string; readonly port: number };
  readonly serviceCidrs: readonly string[];
  readonly nodePorts: { readonly first: number; readonly last: number };
  readonly legacyApis: boolean;
  readonly frontProxyNames: readonly string[];
}

export function flagsOf(source: FlagSource): Flags {
  const { advertise, serviceCidrs, nodePorts, legacyApis, frontProxyNames } = source;
  return {
    "advertise-address": advertise.host,
    "secure-port": String(advertise.port),
    "service-cluster-ip-range": serviceCidrs.join(","),
    "service-node-port-range": `${nodePorts.first}-${nodePorts.last}`,
    "runtime-config": legacyApis ? "extensions/v1beta1=true,apps/v1beta1=true,apps/v1beta2=true" : "",
    "requestheader-allowed-names": `[${frontProxyNames.join(",")}]`,
    "allow-privileged": "true",
    "anonymous-auth": "true",
    "enable-priority-and-fairness": "true",
    "audit-webhook-mode": "batch",
    "default-not-ready-toleration-seconds": "300",
    "default-unreachable-toleration-seconds": "300",
    "delete-collection-workers": "1",
    "enable-garbage-collector": "true",
    "etcd-compaction-interval": "5m0s",
    "etcd-prefix": "/registry",
    "event-ttl": "1h0m0s",
    "goaway-chance": "0",
    "shutdown-delay-duration": "0s",
    "max-requests-inflight": String(maximumInFlight.readOnly),
    "max-mutating-requests-inflight": String(maximumInFlight.mutating),
    "request-timeout": `${requestTimeoutMs / 60_000}m0s`,
    "storage-media-type": "application/json",
    "watch-cache": "true",
  };
}
