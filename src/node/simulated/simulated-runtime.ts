/** A runtime without containers: pods take addresses, become ready, end and fail as told, in memory. For clusters without root, and tests. */
import { randomUUID } from "node:crypto";
import type { Clock } from "../../client/mod.ts";
import { received } from "../cri/types.ts";
import type {
  CheckResult,
  ContainerConfig,
  ContainerFilter,
  ContainerStats,
  ContainerStatus,
  ContainerSummary,
  ExecResult,
  LogOptions,
  PodNetwork,
  Runtime,
  RuntimeCondition,
  RuntimeEvent,
  RuntimeVersion,
  SandboxConfig,
  SandboxStats,
  SandboxStatus,
  SandboxSummary,
  StreamRequest,
  StreamTarget,
} from "../runtime/contract.ts";
import { NodeError } from "../runtime/errors.ts";
import { endsAnnotation, podUidLabel } from "../runtime/labels.ts";
import { AddressPool } from "./address-pool.ts";
import { readyAnnotation } from "./annotations.ts";
import { type KeptConfig, SimulatedContainer } from "./simulated-container.ts";
import { SimulatedImages } from "./simulated-images.ts";
import { answerCommand, refuseAttach, serveCommand, servePorts } from "./simulated-streams.ts";

export interface SimulatedRuntimeOptions {
  /** The node's range of pod addresses: `10.244.1.0/24`. */
  readonly podCidr: string;
  readonly clock: Clock;
}

/** As of a container's configuration, little is kept. */
type KeptSandbox = Pick<SandboxConfig, "metadata" | "hostname" | "labels" | "annotations">;

interface Sandbox {
  readonly id: string;
  readonly config: KeptSandbox;
  readonly createdAt: number;
  /** Empty with the host's network. */
  readonly address: string;
  ready: boolean;
}

const terminated = 143;
/**
 * No image is pulled here and no container or agent started or ended: that a pod runs, or has ended, its status tells. As events these steps
 * would be three of the eight writes that a pod costs. And little is remembered: thousands of nodes in one process would remember millions.
 */
const events = {
  remembered: 256,
  untold: new Set(["Starting", "NodeReady", "Pulling", "Pulled", "Created", "Started", "Killing"]),
};

/** 64 digits, as containerd's. */
function newId(): string {
  return `${randomUUID()}${randomUUID()}`.replaceAll("-", "");
}

export class SimulatedRuntime implements Runtime {
  readonly kind = "simulated";
  readonly events = events;
  readonly images = new SimulatedImages();
  readonly network: PodNetwork;
  readonly #clock: Clock;
  readonly #addresses: AddressPool;
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #containers = new Map<string, SimulatedContainer>();
  readonly #listeners = new Set<(event: RuntimeEvent) => void>();
  #lastTime = 0;
  /** One for all containers. */
  readonly #ownClock: Pick<Clock, "now" | "after">;
  readonly #tellEnded = (container: SimulatedContainer) => this.#ended(container);

  constructor({ podCidr, clock }: SimulatedRuntimeOptions) {
    this.#clock = clock;
    this.#ownClock = { now: () => this.#time(), after: (delayMs, callback) => clock.after(delayMs, callback) };
    this.#addresses = new AddressPool(podCidr);
    const check = async ({ host }: { readonly host: string }) => this.#check(host);
    this.network = { http: check, tcp: check, grpc: check };
  }

  async version(): Promise<RuntimeVersion> {
    return { runtimeName: "simulated", runtimeVersion: "1" };
  }

  async status(): Promise<readonly RuntimeCondition[]> {
    return ["RuntimeReady", "NetworkReady"].map((type) => received("RuntimeCondition", { type, status: true }));
  }

  async runSandbox(config: SandboxConfig): Promise<string> {
    const id = newId();
    const hostNetwork = config.linux?.securityContext?.namespaceOptions?.network === "NODE";
    const address = hostNetwork ? "" : this.#addresses.take();
    const { metadata = {}, hostname = "", labels = {}, annotations = {} } = config;
    this.#sandboxes.set(id, {
      id,
      config: { metadata, hostname, labels, annotations },
      address,
      createdAt: this.#time(),
      ready: true,
    });
    return id;
  }

  async stopSandbox(id: string): Promise<void> {
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox?.ready) return;
    for (const container of this.#inSandbox(id)) container.stop(terminated);
    sandbox.ready = false;
    this.#addresses.giveBack(sandbox.address);
  }

  async removeSandbox(id: string): Promise<void> {
    await this.stopSandbox(id);
    for (const container of this.#inSandbox(id)) this.#containers.delete(container.id);
    this.#sandboxes.delete(id);
  }

  async listSandboxes(podUid?: string): Promise<readonly SandboxSummary[]> {
    const all = [...this.#sandboxes.values()].filter(
      ({ config }) => podUid === undefined || config.labels?.[podUidLabel] === podUid,
    );
    return all.map((sandbox) => received("PodSandbox", common(sandbox)));
  }

  async sandboxStatus(id: string): Promise<SandboxStatus> {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox === undefined) throw notFound("sandbox", id);
    const ip = sandbox.ready ? sandbox.address : "";
    return received("PodSandboxStatus", { ...common(sandbox), network: { ip, additionalIps: [] } });
  }

  async createContainer(sandboxId: string, config: ContainerConfig, sandbox: SandboxConfig): Promise<string> {
    if (!this.#sandboxes.get(sandboxId)?.ready) throw notFound("sandbox", sandboxId);
    const id = newId();
    const container = new SimulatedContainer({
      id,
      sandboxId,
      config: keptOf(config),
      annotations: sandbox.annotations ?? {},
      mayEnd: config.annotations?.[endsAnnotation] === "true",
      clock: this.#ownClock,
      ended: this.#tellEnded,
    });
    this.#containers.set(id, container);
    return id;
  }

  async startContainer(id: string): Promise<void> {
    await this.#find(id).start();
  }

  async stopContainer(id: string): Promise<void> {
    this.#containers.get(id)?.stop(terminated);
  }

  async removeContainer(id: string): Promise<void> {
    this.#containers.get(id)?.stop(terminated);
    this.#containers.delete(id);
  }

  async listContainers({ podUid, sandboxId }: ContainerFilter = {}): Promise<readonly ContainerSummary[]> {
    const all = [...this.#containers.values()].map(({ summary }) => summary);
    return all.filter((one) => {
      const samePod = podUid === undefined || one.labels[podUidLabel] === podUid;
      return samePod && (sandboxId === undefined || one.podSandboxId === sandboxId);
    });
  }

  async containerStatus(id: string): Promise<ContainerStatus> {
    return this.#find(id).status;
  }

  async updateResources(id: string): Promise<void> {
    this.#find(id);
  }

  /** A check whose outcome is not known succeeds: a simulated pod is well unless told otherwise. */
  async execSync(id: string, command: readonly string[]): Promise<ExecResult> {
    const { stdout, exitCode } = answerCommand(command, this.#hostname(id));
    return { stdout: Buffer.from(stdout), stderr: Buffer.alloc(0), exitCode: exitCode === 126 ? 0 : exitCode };
  }

  async stream(request: StreamRequest): Promise<StreamTarget> {
    if (request.kind === "port-forward") {
      return { kind: "session", serve: (upgrade) => void servePorts(upgrade, request.ports) };
    }
    if (request.kind === "attach") {
      this.#find(request.containerId);
      return { kind: "session", serve: (upgrade) => void refuseAttach(upgrade, request) };
    }
    const answer = answerCommand(request.command, this.#hostname(request.containerId));
    return { kind: "session", serve: (upgrade) => void serveCommand(upgrade, request, answer) };
  }

  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const container = this.#find(id);
    return container.log.read(options, () => container.running, signal);
  }

  async reopenLog(id: string): Promise<void> {
    this.#find(id);
  }

  async containerStats(): Promise<readonly ContainerStats[]> {
    return [];
  }

  async sandboxStats(): Promise<readonly SandboxStats[]> {
    return [];
  }

  subscribe(listener: (event: RuntimeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    for (const container of this.#containers.values()) container.dispose();
    this.#listeners.clear();
  }

  /** Strictly growing, so that what was made later is seen to be newer. */
  #time(): number {
    this.#lastTime = Math.max(this.#clock.now(), this.#lastTime + 0.001);
    return this.#lastTime;
  }

  #find(id: string): SimulatedContainer {
    const container = this.#containers.get(id);
    if (container === undefined) throw notFound("container", id);
    return container;
  }

  #inSandbox(id: string): SimulatedContainer[] {
    return [...this.#containers.values()].filter(({ sandboxId }) => sandboxId === id);
  }

  #hostname(containerId: string): string {
    return this.#sandboxes.get(this.#find(containerId).sandboxId)?.config.hostname ?? "";
  }

  #ended({ id, config }: SimulatedContainer): void {
    const podUid = config.labels?.[podUidLabel] ?? "";
    for (const listener of this.#listeners) listener({ kind: "container", containerId: id, podUid, change: "exited" });
  }

  #check(host: string): CheckResult {
    const sandbox = [...this.#sandboxes.values()].find(({ address }) => address === host);
    const well = sandbox?.config.annotations?.[readyAnnotation] !== "false";
    return well
      ? { outcome: "success", message: "" }
      : { outcome: "failure", message: `the pod is told not to be ready (${readyAnnotation})` };
  }
}

function keptOf(config: ContainerConfig): KeptConfig {
  const { metadata = {}, image = {}, command = [], args = [], labels = {}, annotations = {} } = config;
  return { metadata, image, command, args, labels, annotations };
}

function common({ id, config, createdAt, ready }: Sandbox) {
  const { name = "", uid = "", namespace = "", attempt = 0 } = config.metadata ?? {};
  return {
    id,
    metadata: { name, uid, namespace, attempt },
    state: ready ? ("SANDBOX_READY" as const) : ("SANDBOX_NOTREADY" as const),
    createdAt: createdAt * 1e6,
    labels: config.labels ?? {},
    annotations: config.annotations ?? {},
  };
}

function notFound(what: string, id: string): NodeError {
  return new NodeError(
    "not-found",
    `rpc error: code = NotFound desc = an error occurred when try to find ${what} "${id}": not found`,
  );
}
