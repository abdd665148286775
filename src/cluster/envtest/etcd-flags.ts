/** The flags of etcd: names and types of 3.6, and what this stand-in makes of them. */
import { FlagError, type FlagStyle, type FlagTable, type FlagValues } from "./flags.ts";
import { socketOf } from "./store-address.ts";

export const etcdFlags: FlagTable = {
  "advertise-client-urls": "strings",
  "auth-token": "string",
  "auto-compaction-mode": "string",
  "auto-compaction-retention": "string",
  "auto-tls": "bool",
  "backend-batch-interval": "duration",
  "backend-batch-limit": "int",
  "bcrypt-cost": "int",
  "cert-file": "string",
  "cipher-suites": "strings",
  "client-cert-auth": "bool",
  "client-crl-file": "string",
  "compact-hash-check-enabled": "bool",
  "compact-hash-check-time": "duration",
  "config-file": "string",
  cors: "strings",
  "data-dir": "string",
  "discovery-endpoints": "strings",
  "election-timeout": "int",
  "enable-grpc-gateway": "bool",
  "enable-pprof": "bool",
  "feature-gates": "strings",
  "force-new-cluster": "bool",
  "grpc-keepalive-interval": "duration",
  "grpc-keepalive-min-time": "duration",
  "grpc-keepalive-timeout": "duration",
  "heartbeat-interval": "int",
  "host-whitelist": "strings",
  "initial-advertise-peer-urls": "strings",
  "initial-cluster": "string",
  "initial-cluster-state": "string",
  "initial-cluster-token": "string",
  "initial-election-tick-advance": "bool",
  "key-file": "string",
  "listen-client-http-urls": "strings",
  "listen-client-urls": "strings",
  "listen-metrics-urls": "strings",
  "listen-peer-urls": "strings",
  "log-format": "string",
  "log-level": "string",
  "log-outputs": "strings",
  logger: "string",
  "max-concurrent-streams": "int",
  "max-request-bytes": "int",
  "max-snapshots": "int",
  "max-txn-ops": "int",
  "max-wals": "int",
  metrics: "string",
  name: "string",
  "peer-auto-tls": "bool",
  "peer-cert-file": "string",
  "peer-client-cert-auth": "bool",
  "peer-key-file": "string",
  "peer-trusted-ca-file": "string",
  "pre-vote": "bool",
  "quota-backend-bytes": "int",
  "self-signed-cert-validity": "int",
  "snapshot-catchup-entries": "int",
  "snapshot-count": "int",
  "socket-reuse-address": "bool",
  "socket-reuse-port": "bool",
  "strict-reconfig-check": "bool",
  "tls-max-version": "string",
  "tls-min-version": "string",
  "trusted-ca-file": "string",
  "unsafe-no-fsync": "bool",
  "wal-dir": "string",
  "warning-apply-duration": "duration",
  "watch-progress-notify-interval": "duration",
  help: "bool",
  h: "bool",
  version: "bool",
};

export const etcdStyle: FlagStyle = {
  shorthands: {},
  singleDash: true,
  extra: (word) => `'${word}' is not a valid flag`,
  unknown: (name) => `flag provided but not defined: -${name}`,
  needsArgument: (shown) => `flag needs an argument: ${shown.replace(/^--/, "-")}`,
  invalid: (name, value) => `invalid value ${JSON.stringify(value)} for flag -${name}: parse error`,
};

export type EtcdAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface EtcdSettings {
  readonly dataFolder: string;
  readonly listen: readonly EtcdAddress[];
  /** What was answered must outlive the machine's power. */
  readonly durable: boolean;
}

const usualUrl = "http://localhost:2379";

/** Throws `FlagError`. */
export function etcdSettings(flags: FlagValues): EtcdSettings {
  const urls = flags.parts("listen-client-urls");
  return {
    dataFolder: flags.text("data-dir") || `${flags.text("name") || "default"}.etcd`,
    listen: (urls.length > 0 ? urls : [usualUrl]).map(listenAddress),
    durable: !flags.flag("unsafe-no-fsync", false),
  };
}

function listenAddress(text: string): EtcdAddress {
  const path = socketOf(text);
  if (path) return { path };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const port = /:(\d+)\/?$/.exec(text)?.[1];
  if (!url || port === undefined)
    throw new FlagError(
      `invalid value ${JSON.stringify(text)} for flag -listen-client-urls: URL address does not have the form "host:port": ${text}`,
    );
  if (url.protocol !== "http:")
    throw new FlagError(`this stand-in of etcd listens on http:// and unix:// only, not on ${text}`);
  return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}
