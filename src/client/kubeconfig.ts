/** kubectl's configuration file: read, written, and merged as kind does when a cluster comes and goes. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse, stringify } from "yaml";
import type { HttpTransportOptions } from "./http-transport.ts";

interface ClusterEntry {
  readonly server: string;
  readonly "certificate-authority"?: string;
  readonly "certificate-authority-data"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
}

interface UserEntry {
  readonly "client-certificate"?: string;
  readonly "client-certificate-data"?: string;
  readonly "client-key"?: string;
  readonly "client-key-data"?: string;
  readonly token?: string;
  readonly tokenFile?: string;
}

interface ContextEntry {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

export interface Kubeconfig {
  readonly apiVersion: "v1";
  readonly kind: "Config";
  readonly clusters: readonly { readonly name: string; readonly cluster: ClusterEntry }[];
  readonly users: readonly { readonly name: string; readonly user: UserEntry }[];
  readonly contexts: readonly { readonly name: string; readonly context: ContextEntry }[];
  readonly "current-context"?: string;
  readonly [other: string]: unknown;
}

export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";
}

const empty: Kubeconfig = { apiVersion: "v1", kind: "Config", clusters: [], users: [], contexts: [] };

export function parseKubeconfig(text: string): Kubeconfig {
  const parsed = (parse(text) ?? {}) as Partial<Kubeconfig>;
  if (typeof parsed !== "object") throw new KubeconfigError("a kubeconfig is a YAML mapping");
  const { clusters, users, contexts } = parsed;
  return { ...empty, ...parsed, clusters: clusters ?? [], users: users ?? [], contexts: contexts ?? [] };
}

const readKubeconfig = (path: string): Kubeconfig =>
  existsSync(path) ? parseKubeconfig(readFileSync(path, "utf8")) : empty;

/** Whole or not at all, readable by its owner only. */
function writeKubeconfig(path: string, config: Kubeconfig): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, stringify(config), { mode: 0o600 });
  renameSync(temporary, path);
}

export interface ConnectionFiles {
  readonly name: string;
  readonly server: string;
  /** PEM. */
  readonly certificateAuthority: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly token?: string;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A kubeconfig with one cluster, user and context, all of one name. */
export function makeKubeconfig(connection: ConnectionFiles): Kubeconfig {
  const { name, server, certificateAuthority, clientCertificate, clientKey, token } = connection;
  const user: UserEntry = {
    ...(clientCertificate ? { "client-certificate-data": base64(clientCertificate) } : {}),
    ...(clientKey ? { "client-key-data": base64(clientKey) } : {}),
    ...(token ? { token } : {}),
  };
  return {
    ...empty,
    clusters: [{ name, cluster: { server, "certificate-authority-data": base64(certificateAuthority) } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}

export const stringifyKubeconfig = (config: Kubeconfig): string => stringify(config);

const without = <T extends { readonly name: string }>(entries: readonly T[], name: string): T[] =>
  entries.filter((entry) => entry.name !== name);

/** Puts the one context of `config` into the file at `path` under `name`, and makes it the current one. */
export function mergeContext(path: string, name: string, config: Kubeconfig): void {
  const [cluster, user] = [config.clusters[0]?.cluster, config.users[0]?.user];
  if (!cluster || !user) throw new KubeconfigError("the kubeconfig to merge has no cluster or no user");
  const present = readKubeconfig(path);
  writeKubeconfig(path, {
    ...present,
    clusters: [...without(present.clusters, name), { name, cluster }],
    users: [...without(present.users, name), { name, user }],
    contexts: [...without(present.contexts, name), { name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}

/** Takes the context, cluster and user of that name out again. */
export function removeContext(path: string, name: string): void {
  if (!existsSync(path)) return;
  const { "current-context": current, ...present } = readKubeconfig(path);
  writeKubeconfig(path, {
    ...present,
    clusters: without(present.clusters, name),
    users: without(present.users, name),
    contexts: without(present.contexts, name),
    ...(current && current !== name ? { "current-context": current } : {}),
  } as Kubeconfig);
}

export interface LoadOptions {
  readonly context?: string;
}

export interface LoadedKubeconfig extends HttpTransportOptions {
  /** The context's namespace; `default` where it names none. */
  readonly namespace: string;
  readonly context: string;
}

/** The connection that a context of the file describes. Throws `KubeconfigError` where it has none. */
export function loadKubeconfig(path: string, options: LoadOptions = {}): LoadedKubeconfig {
  const config = readKubeconfig(path);
  const name = options.context ?? config["current-context"];
  if (!name) throw new KubeconfigError(`${path} names no current context`);
  const context = config.contexts.find((entry) => entry.name === name)?.context;
  if (!context) throw new KubeconfigError(`context "${name}" does not exist`);
  const cluster = config.clusters.find((entry) => entry.name === context.cluster)?.cluster;
  const user = config.users.find((entry) => entry.name === context.user)?.user ?? {};
  if (!cluster) throw new KubeconfigError(`cluster "${context.cluster}" does not exist`);
  return { ...connection(cluster, user, dirname(path)), namespace: context.namespace ?? "default", context: name };
}

function connection(cluster: ClusterEntry, user: UserEntry, folder: string): HttpTransportOptions {
  const pem = (data: string | undefined, file: string | undefined) =>
    data ? Buffer.from(data, "base64").toString("utf8") : file && readFileSync(resolve(folder, file), "utf8");
  const authority = pem(cluster["certificate-authority-data"], cluster["certificate-authority"]);
  const certificate = pem(user["client-certificate-data"], user["client-certificate"]);
  const key = pem(user["client-key-data"], user["client-key"]);
  return {
    server: cluster.server,
    ...(authority ? { certificateAuthority: authority } : {}),
    ...(certificate ? { clientCertificate: certificate } : {}),
    ...(key ? { clientKey: key } : {}),
    ...(user.token ? { token: user.token } : {}),
    ...(user.tokenFile ? { tokenFile: resolve(folder, user.tokenFile) } : {}),
    ...(cluster["insecure-skip-tls-verify"] ? { insecure: true } : {}),
  };
}
