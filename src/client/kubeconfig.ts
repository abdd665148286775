/** kubectl's configuration file: read, written, and merged as kind does when a cluster comes and goes. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type ExecConfig, runExecCredential } from "./exec-credential.ts";
import type { HttpTransportOptions } from "./http-transport.ts";
import { parsePlainYaml, stringifyPlainYaml } from "./plain-yaml.ts";

/** Loaded when it is needed: most kubeconfigs are read without. */
const yaml = (): typeof import("yaml") => createRequire(import.meta.url)("yaml");

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
  readonly exec?: ExecConfig;
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

/** Throws `KubeconfigError` for what is no kubeconfig, naming its file where it came from one. */
export function parseKubeconfig(text: string, path?: string): Kubeconfig {
  const parsed = parseMapping(text, path ? `the kubeconfig ${path}` : "the kubeconfig");
  const { clusters, users, contexts } = parsed;
  return { ...empty, ...parsed, clusters: clusters ?? [], users: users ?? [], contexts: contexts ?? [] };
}

function parseMapping(text: string, what: string): Partial<Kubeconfig> {
  let parsed: Partial<Kubeconfig>;
  try {
    parsed = (parsePlainYaml(text) ?? yaml().parse(text) ?? {}) as Partial<Kubeconfig>;
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    throw new KubeconfigError(`${what} is not YAML: ${reason!.replace(/:$/, "")}`, { cause: error });
  }
  if (typeof parsed !== "object" || Array.isArray(parsed)) throw new KubeconfigError(`${what} is not a YAML mapping`);
  for (const key of ["clusters", "users", "contexts"] as const)
    if (!isNamedList(parsed[key])) throw new KubeconfigError(`${what} has ${key} that are no list of named entries`);
  return parsed;
}

const isNamedList = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.every((entry) => typeof entry?.name === "string"));

/** What is not there is empty. */
export const readKubeconfig = (path: string): Kubeconfig =>
  existsSync(path) ? parseKubeconfig(readFileSync(path, "utf8"), path) : empty;

/** Whole or not at all, readable by its owner only. */
function writeKubeconfig(path: string, config: Kubeconfig): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // A link stays a link: what it names is replaced.
  const target = existsSync(path) ? realpathSync(path) : path;
  const temporary = `${target}.${process.pid}.new`;
  writeFileSync(temporary, stringifyKubeconfig(config), { mode: 0o600 });
  renameSync(temporary, target);
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

/** Long texts stay on one line, so that what is written is read quickly. */
export const stringifyKubeconfig = (config: Kubeconfig): string =>
  stringifyPlainYaml(config) ?? yaml().stringify(config, { lineWidth: 0 });

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

/** Takes the context, cluster and user of that name out again, and the file where it held nothing else. */
export function removeContext(path: string, name: string): void {
  if (!existsSync(path)) return;
  const { "current-context": current, ...present } = readKubeconfig(path);
  const left = {
    ...present,
    clusters: without(present.clusters, name),
    users: without(present.users, name),
    contexts: without(present.contexts, name),
    ...(current && current !== name ? { "current-context": current } : {}),
  };
  // A link was made by somebody else, and stays.
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isDeepStrictEqual(left, empty) && !isLink) rmSync(path, { force: true });
  else writeKubeconfig(path, left as Kubeconfig);
}

const noContext = (name: string): KubeconfigError => new KubeconfigError(`context "${name}" does not exist`);

export interface LoadOptions {
  readonly context?: string;
}

export interface LoadedKubeconfig extends HttpTransportOptions {
  /** The context's namespace; `default` where it names none. */
  readonly namespace: string;
  readonly context: string;
}

/**
 * The connection that a context describes. Several files are read as one: of entries with the same name the first counts. Runs the user's
 * credential command where there is one. Throws `KubeconfigError`.
 */
export function loadKubeconfig(path: string | readonly string[], options: LoadOptions = {}): LoadedKubeconfig {
  const files = [path].flat().map((file) => ({ folder: dirname(file), config: readKubeconfig(file) }));
  const name = options.context ?? files.map(({ config }) => config["current-context"]).find(Boolean);
  if (!name) {
    const [all, present] = [[path].flat(), [path].flat().some(existsSync)];
    const problem = present ? "names no current context" : "does not exist";
    const names = files.flatMap(({ config }) => (config.contexts ?? []).map((context) => context.name));
    const remedy = names.length > 0 ? `--context takes one that it has: ${names.join(", ")}` : "kubets up writes one";
    throw new KubeconfigError(`the kubeconfig ${all.join(", ")} ${problem}; ${remedy}`);
  }
  const context = findNamed(files, "contexts", name)?.entry.context;
  if (!context) throw noContext(name);
  const cluster = findNamed(files, "clusters", context.cluster);
  if (!cluster) throw new KubeconfigError(`cluster "${context.cluster}" does not exist`);
  const user = findNamed(files, "users", context.user);
  return {
    ...clusterOptions(cluster.entry.cluster, cluster.folder),
    ...(user && userOptions(user.entry.user, user.folder)),
    namespace: context.namespace ?? "default",
    context: name,
  };
}

interface KubeconfigFile {
  readonly folder: string;
  readonly config: Kubeconfig;
}

/** The entry and the folder of its file, beside which the files that it names lie. */
function findNamed<K extends "clusters" | "users" | "contexts">(
  files: readonly KubeconfigFile[],
  kind: K,
  name: string,
) {
  for (const { folder, config } of files) {
    const entry = config[kind].find((one) => one.name === name) as Kubeconfig[K][number] | undefined;
    if (entry) return { folder, entry };
  }
  return undefined;
}

function pem(data: string | undefined, file: string | undefined, folder: string): string | undefined {
  if (data) return Buffer.from(data, "base64").toString("utf8");
  return file ? readFileSync(resolve(folder, file), "utf8") : undefined;
}

function clusterOptions(cluster: ClusterEntry, folder: string): HttpTransportOptions {
  const authority = pem(cluster["certificate-authority-data"], cluster["certificate-authority"], folder);
  return {
    server: cluster.server,
    ...(authority && { certificateAuthority: authority }),
    ...(cluster["insecure-skip-tls-verify"] && { insecure: true }),
  };
}

function userOptions(user: UserEntry, folder: string): Omit<HttpTransportOptions, "server"> {
  const certificate = pem(user["client-certificate-data"], user["client-certificate"], folder);
  const key = pem(user["client-key-data"], user["client-key"], folder);
  return {
    ...(certificate && { clientCertificate: certificate }),
    ...(key && { clientKey: key }),
    ...(user.token && { token: user.token }),
    ...(user.tokenFile && { tokenFile: resolve(folder, user.tokenFile) }),
    ...(user.exec && runExecCredential(user.exec, folder)),
  };
}
