/** What a cluster is asked to be: the options of `kubets up` and `kubets serve`, checked in one place. */
import { resolve } from "node:path";
import { pluginProblems } from "./admission-plugins.ts";
import { ClusterError } from "./errors.ts";
import { checkedRuntimeConfig } from "./runtime-config.ts";

export type RuntimeChoice = "auto" | "containerd" | "simulated";

/** A loopback port of this machine that leads to a NodePort of the cluster. */
export interface PublishedPort {
  readonly hostPort: number;
  readonly nodePort: number;
}

export interface ClusterOptions {
  readonly name: string;
  /** 0: the control plane alone. */
  readonly nodes: number;
  /** Simulated nodes beside the real ones of `nodes`. */
  readonly simulatedNodes: number;
  readonly runtime: Exclude<RuntimeChoice, "auto">;
  /** Loopback port of the API; 0 takes a free one. */
  readonly port: number;
  /** Folder of what must outlive the processes: store, keys, images. */
  readonly data: string;
  readonly serviceCidr: string;
  readonly podCidr: string;
  readonly publish: readonly PublishedPort[];
  readonly legacyApis: boolean;
  /** Which groups and versions are served: `KEY=true|false,…`. */
  readonly runtimeConfig: string;
  /** Admission plugins beside the usual ones, and those of the usual ones that are not to be. */
  readonly enableAdmissionPlugins: readonly string[];
  readonly disableAdmissionPlugins: readonly string[];
  /** The API server alone, as tests of an API want it. */
  readonly withoutControllers: boolean;
  readonly withoutMetricsServer: boolean;
  /** An AuthenticationConfiguration file; empty: none. */
  readonly authenticationConfig: string;
  /** A kubeconfig file of the webhook that knows tokens; empty: none. */
  readonly authenticationTokenWebhookConfigFile: string;
  /** An AuthorizationConfiguration file; empty: the node authorizer and roles. */
  readonly authorizationConfig: string;
  /** An EncryptionConfiguration file; empty: none. */
  readonly encryptionProviderConfig: string;
  /** Address of an OpenTelemetry collector (OTLP over HTTP); empty: requests are not traced. */
  readonly otlpEndpoint: string;
  /** An audit policy file; empty: nothing is written down. */
  readonly auditPolicyFile: string;
  /** Where; empty: `logs/audit.log` in the data folder; `-`: standard output of the control plane, which is its log. */
  readonly auditLogPath: string;
  /** A kubeconfig file of the webhook that audit events are sent to; empty: none. */
  readonly auditWebhookConfigFile: string;
}

export const defaults = Object.freeze({
  name: "kubets",
  nodes: 1,
  simulatedNodes: 0,
  port: 6443,
  serviceCidr: "10.96.0.0/16",
  podCidr: "10.244.0.0/16",
});

/** The pod network of a cluster with more nodes than the usual one has room for. Holds the usual one. */
const widePodCidr = "10.128.0.0/9";

/** Each node's pods have a /24 of their own. */
const nodePrefix = 24;

const namePattern = /^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/;

const badOption = (message: string): ClusterError =>
  new ClusterError("bad-option", message, "kubets up --help shows every option");

function wholeNumber(option: string, text: string | number, lowest: number, highest: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= lowest && value <= highest && String(text).trim() !== "") return value;
  throw badOption(`${option} takes a whole number from ${lowest} to ${highest}, not "${text}"`);
}

function httpUrl(option: string, text: string): string {
  if (text === "" || (/^https?:\/\//.test(text) && URL.canParse(text))) return text;
  throw badOption(`${option} takes an address such as http://127.0.0.1:4318, not "${text}"`);
}

function cidr(option: string, text: string, longestPrefix: number): string {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
  const numbers = match?.slice(1).map(Number) ?? [];
  const [bytes, bits] = [numbers.slice(0, 4), numbers[4] ?? 0];
  if (
    match &&
    bytes.every((byte) => byte <= 255) &&
    bits >= 8 &&
    bits <= longestPrefix &&
    isNetworkAddress(bytes, bits)
  )
    return text;
  throw badOption(
    `${option} takes an IPv4 network from /8 to /${longestPrefix}, such as ${defaults.podCidr}, not "${text}"`,
  );
}

const addressOf = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

function isNetworkAddress(bytes: readonly number[], bits: number): boolean {
  return addressOf(bytes) % 2 ** (32 - bits) === 0;
}

/** First and last address of a network in CIDR notation. */
function range(text: string): readonly [number, number] {
  const [address, bits] = text.split("/");
  const first = addressOf(address!.split(".").map(Number));
  return [first, first + 2 ** (32 - Number(bits)) - 1];
}

/** How many nodes find room. */
const placesIn = (podCidr: string): number => 2 ** (nodePrefix - Number(podCidr.split("/")[1]));

function networks(
  raw: Pick<RawOptions, "serviceCidr" | "podCidr">,
  nodes: number,
): { readonly serviceCidr: string; readonly podCidr: string } {
  const serviceCidr = cidr("--service-cidr", raw.serviceCidr ?? defaults.serviceCidr, 28);
  const usual = nodes > placesIn(defaults.podCidr) ? widePodCidr : defaults.podCidr;
  const podCidr = cidr("--pod-cidr", raw.podCidr ?? usual, nodePrefix);
  const [services, pods] = [range(serviceCidr), range(podCidr)];
  if (services[0] <= pods[1] && pods[0] <= services[1])
    throw badOption(`--service-cidr ${serviceCidr} and --pod-cidr ${podCidr} overlap`);
  const places = placesIn(podCidr);
  if (nodes > places) throw badOption(`--pod-cidr ${podCidr} has room for ${places} nodes, not for ${nodes}`);
  return { serviceCidr, podCidr };
}

function parsePublish(text: string): PublishedPort {
  const [hostPort, nodePort, ...rest] = text.split(":");
  if (rest.length > 0 || !nodePort) throw badOption(`--publish takes HOSTPORT:NODEPORT, not "${text}"`);
  return {
    hostPort: wholeNumber("--publish HOSTPORT", hostPort!, 1, 65535),
    nodePort: wholeNumber("--publish NODEPORT", nodePort, 30000, 32767),
  };
}

type PluginOptions = Pick<ClusterOptions, "enableAdmissionPlugins" | "disableAdmissionPlugins">;

function admissionPlugins(raw: RawOptions): PluginOptions {
  const names = (texts: readonly string[] = []) => texts.flatMap((text) => text.split(",").filter(Boolean));
  const [enable, disable] = [names(raw.enableAdmissionPlugins), names(raw.disableAdmissionPlugins)];
  const problems = pluginProblems(enable, disable);
  if (problems.length > 0) throw badOption(problems.join(", "));
  return { enableAdmissionPlugins: enable, disableAdmissionPlugins: disable };
}

export interface RawOptions {
  readonly name?: string;
  readonly nodes?: string | number;
  readonly simulatedNodes?: string | number;
  readonly runtime?: string;
  readonly port?: string | number;
  readonly data?: string;
  readonly serviceCidr?: string;
  readonly podCidr?: string;
  readonly publish?: readonly string[];
  readonly legacyApis?: boolean;
  readonly runtimeConfig?: readonly string[];
  readonly enableAdmissionPlugins?: readonly string[];
  readonly disableAdmissionPlugins?: readonly string[];
  readonly withoutControllers?: boolean;
  readonly withoutMetricsServer?: boolean;
  readonly authenticationConfig?: string;
  readonly authenticationTokenWebhookConfigFile?: string;
  readonly authorizationConfig?: string;
  readonly encryptionProviderConfig?: string;
  readonly otlpEndpoint?: string;
  readonly auditPolicyFile?: string;
  readonly auditLogPath?: string;
  readonly auditWebhookConfigFile?: string;
}

/** Real containers need root on Linux. */
export const canRunContainers = (): boolean => process.platform === "linux" && process.getuid?.() === 0;

function chooseRuntime(text: string): "containerd" | "simulated" {
  if (text === "auto") return canRunContainers() ? "containerd" : "simulated";
  if (text !== "containerd" && text !== "simulated")
    throw badOption(`--runtime takes auto, containerd or simulated, not "${text}"`);
  if (text === "containerd" && !canRunContainers())
    throw new ClusterError(
      "no-root",
      "--runtime containerd needs root on Linux",
      "run it as root, or use --runtime simulated",
    );
  return text;
}

/** A cluster may be started again from another folder. */
const file = (path: string | undefined): string => (path ? resolve(path) : "");

/** What the command's and the library's options have in common. */
export function placeOptions(
  raw: Pick<RawOptions, "nodes" | "simulatedNodes" | "port" | "serviceCidr" | "podCidr">,
  defaultPort: number,
) {
  const nodes = wholeNumber("--nodes", raw.nodes ?? defaults.nodes, 0, 5000);
  const simulatedNodes = wholeNumber("--simulated-nodes", raw.simulatedNodes ?? defaults.simulatedNodes, 0, 5000);
  const port = wholeNumber("--port", raw.port ?? defaultPort, 0, 65535);
  return { nodes, simulatedNodes, port, ...networks(raw, nodes + simulatedNodes) };
}

/** Checks every option; throws `bad-option` or `no-root` with one clear sentence. */
export function clusterOptions(raw: RawOptions, dataFolder: (name: string) => string): ClusterOptions {
  const name = raw.name ?? defaults.name;
  if (!namePattern.test(name))
    throw badOption(`--name takes up to 20 lower-case letters, digits and dashes, not "${name}"`);
  const place = placeOptions(raw, defaults.port);
  const runtime = chooseRuntime(raw.runtime ?? "auto");
  if (raw.withoutControllers && place.nodes > 0 && runtime === "containerd")
    throw badOption(
      "--without-controllers goes with --nodes 0: a node with real containers is never ready without them",
    );
  return {
    name,
    ...place,
    runtime,
    data: resolve(raw.data ?? dataFolder(name)),
    publish: (raw.publish ?? []).map(parsePublish),
    legacyApis: raw.legacyApis ?? false,
    runtimeConfig: checkedRuntimeConfig(raw.runtimeConfig ?? []),
    ...admissionPlugins(raw),
    withoutControllers: raw.withoutControllers ?? false,
    withoutMetricsServer: raw.withoutMetricsServer ?? false,
    authenticationConfig: file(raw.authenticationConfig),
    authenticationTokenWebhookConfigFile: file(raw.authenticationTokenWebhookConfigFile),
    authorizationConfig: file(raw.authorizationConfig),
    otlpEndpoint: httpUrl("--otlp-endpoint", raw.otlpEndpoint ?? ""),
    encryptionProviderConfig: file(raw.encryptionProviderConfig),
    auditPolicyFile: file(raw.auditPolicyFile),
    auditLogPath: raw.auditLogPath === "-" ? "-" : file(raw.auditLogPath),
    auditWebhookConfigFile: file(raw.auditWebhookConfigFile),
  };
}
