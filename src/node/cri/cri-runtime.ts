/** The runtime on containerd (or another CRI server that has containerd's event service). */
import { rm } from "node:fs/promises";
import type { Clock } from "../../client/mod.ts";
import { readLog } from "../logs/log-reader.ts";
import { RealPodNetwork } from "../probes/pod-network.ts";
import type {
  ContainerConfig,
  ContainerFilter,
  ContainerStats,
  ContainerStatus,
  ContainerSummary,
  ExecResult,
  LinuxResources,
  LogOptions,
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
import { isNodeError, NodeError } from "../runtime/errors.ts";
import { podUidLabel } from "../runtime/labels.ts";
import { CriClient } from "./client.ts";
import { CriImageService } from "./cri-images.ts";
import { GrpcChannel } from "./grpc-channel.ts";
import { shimSocket } from "./shared-files.ts";
import { type TaskState, TaskWatcher } from "./task-watcher.ts";

export interface CriRuntimeOptions {
  /** Path of containerd's unix socket. */
  readonly socket: string;
  readonly clock: Clock;
}

/** A sandbox may wait for its network plugin; containerd itself gives up after four minutes. */
const sandboxTimeoutMs = 240_000;

function ignoreNotFound(error: unknown): void {
  if (!isNodeError(error, "not-found")) throw error;
}

export class CriRuntime implements Runtime {
  readonly kind = "containerd";
  readonly events = {};
  readonly images: CriImageService;
  readonly network = new RealPodNetwork();
  readonly #socket: string;
  readonly #channel: GrpcChannel;
  readonly #client: CriClient;
  readonly #tasks: TaskWatcher;
  /** Ids of those that were made or seen here, until they are removed. */
  readonly #sandboxes = new Set<string>();

  constructor(options: CriRuntimeOptions) {
    this.#socket = options.socket;
    this.#channel = new GrpcChannel(options.socket);
    this.#client = new CriClient(this.#channel);
    this.images = new CriImageService(this.#client, options.socket);
    this.#tasks = new TaskWatcher(this.#channel, (id) => this.#taskState(id), options.clock);
  }

  async version(): Promise<RuntimeVersion> {
    return this.#client.call("RuntimeService", "Version", { version: "0.1.0" }, { timeoutMs: 10_000 });
  }

  async status(): Promise<readonly RuntimeCondition[]> {
    const { status } = await this.#client.call("RuntimeService", "Status", {}, { timeoutMs: 10_000 });
    return status?.conditions ?? [];
  }

  async runSandbox(config: SandboxConfig, handler: string): Promise<string> {
    const request = { config, runtimeHandler: handler };
    const options = { timeoutMs: sandboxTimeoutMs };
    const { podSandboxId } = await this.#client.call("RuntimeService", "RunPodSandbox", request, options);
    this.#sandboxes.add(podSandboxId);
    return podSandboxId;
  }

  async stopSandbox(podSandboxId: string): Promise<void> {
    await this.#client.call("RuntimeService", "StopPodSandbox", { podSandboxId }).catch(ignoreNotFound);
  }

  async removeSandbox(podSandboxId: string): Promise<void> {
    await this.#client.call("RuntimeService", "RemovePodSandbox", { podSandboxId }).catch(ignoreNotFound);
    this.#sandboxes.delete(podSandboxId);
    // A shim that was killed leaves its socket.
    await rm(shimSocket(this.#socket, podSandboxId), { force: true });
  }

  async listSandboxes(podUid?: string): Promise<readonly SandboxSummary[]> {
    const filter = podUid === undefined ? {} : { labelSelector: { [podUidLabel]: podUid } };
    const { items } = await this.#client.call("RuntimeService", "ListPodSandbox", { filter });
    for (const { id } of items) this.#sandboxes.add(id);
    return items;
  }

  async sandboxStatus(podSandboxId: string): Promise<SandboxStatus> {
    const { status } = await this.#client.call("RuntimeService", "PodSandboxStatus", { podSandboxId });
    if (status === null) throw new NodeError("not-found", `no status of sandbox ${podSandboxId}`);
    return status;
  }

  async createContainer(podSandboxId: string, config: ContainerConfig, sandboxConfig: SandboxConfig): Promise<string> {
    const request = { podSandboxId, config, sandboxConfig };
    return (await this.#client.call("RuntimeService", "CreateContainer", request)).containerId;
  }

  async startContainer(containerId: string): Promise<void> {
    await this.#client.call("RuntimeService", "StartContainer", { containerId });
  }

  async stopContainer(containerId: string, timeoutSeconds: number): Promise<void> {
    const timeout = Math.max(0, Math.round(timeoutSeconds));
    const options = { timeoutMs: (timeout + 120) * 1000 };
    await this.#client.call("RuntimeService", "StopContainer", { containerId, timeout }, options).catch(ignoreNotFound);
  }

  async removeContainer(containerId: string): Promise<void> {
    await this.#client.call("RuntimeService", "RemoveContainer", { containerId }).catch(ignoreNotFound);
  }

  async listContainers(filter: ContainerFilter = {}): Promise<readonly ContainerSummary[]> {
    const labelSelector: Record<string, string> = filter.podUid === undefined ? {} : { [podUidLabel]: filter.podUid };
    const request = { filter: { labelSelector, podSandboxId: filter.sandboxId ?? "" } };
    return (await this.#client.call("RuntimeService", "ListContainers", request)).containers;
  }

  async containerStatus(containerId: string): Promise<ContainerStatus> {
    const { status } = await this.#client.call("RuntimeService", "ContainerStatus", { containerId });
    if (status === null) throw new NodeError("not-found", `no status of container ${containerId}`);
    return status;
  }

  async updateResources(containerId: string, linux: LinuxResources): Promise<void> {
    await this.#client.call("RuntimeService", "UpdateContainerResources", { containerId, linux });
  }

  async execSync(containerId: string, cmd: readonly string[], timeoutMs: number): Promise<ExecResult> {
    // Containerd counts in whole seconds and kills the command; this side's limit is the last resort.
    const timeout = Math.max(1, Math.ceil(timeoutMs / 1000));
    const options = { timeoutMs: timeoutMs + 5000 };
    const answer = await this.#client.call("RuntimeService", "ExecSync", { containerId, cmd, timeout }, options);
    return { stdout: Buffer.from(answer.stdout), stderr: Buffer.from(answer.stderr), exitCode: answer.exitCode };
  }

  async stream(request: StreamRequest): Promise<StreamTarget> {
    return { kind: "url", url: await this.#streamUrl(request) };
  }

  async #streamUrl(request: StreamRequest): Promise<string> {
    if (request.kind === "port-forward") {
      const { sandboxId: podSandboxId, ports: port } = request;
      return (await this.#client.call("RuntimeService", "PortForward", { podSandboxId, port })).url;
    }
    const { containerId, stdin, stdout, tty } = request;
    // A terminal has one output.
    const flags = { stdin, stdout, tty, stderr: request.stderr && !tty };
    if (request.kind === "attach") {
      return (await this.#client.call("RuntimeService", "Attach", { containerId, ...flags })).url;
    }
    return (await this.#client.call("RuntimeService", "Exec", { containerId, cmd: request.command, ...flags })).url;
  }

  async *logs(containerId: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const { logPath } = await this.containerStatus(containerId);
    const running = async () => {
      const status = await this.containerStatus(containerId).catch(() => undefined);
      return status?.state === "CONTAINER_RUNNING" || status?.state === "CONTAINER_CREATED";
    };
    yield* readLog(logPath, options, { running, signal });
  }

  async reopenLog(containerId: string): Promise<void> {
    await this.#client.call("RuntimeService", "ReopenContainerLog", { containerId });
  }

  async containerStats(): Promise<readonly ContainerStats[]> {
    return (await this.#client.call("RuntimeService", "ListContainerStats", {})).stats;
  }

  async sandboxStats(): Promise<readonly SandboxStats[]> {
    return (await this.#client.call("RuntimeService", "ListPodSandboxStats", {})).stats;
  }

  subscribe(listener: (event: RuntimeEvent) => void): () => void {
    return this.#tasks.subscribe(listener);
  }

  async close(): Promise<void> {
    this.#tasks.close();
    this.#channel.close();
  }

  async #taskState(id: string): Promise<TaskState> {
    if (this.#sandboxes.has(id)) return this.#sandboxState(id);
    try {
      const status = await this.containerStatus(id);
      return { podUid: status.labels[podUidLabel] ?? "", running: status.state === "CONTAINER_RUNNING" };
    } catch (error) {
      ignoreNotFound(error);
    }
    return this.#sandboxState(id);
  }

  async #sandboxState(id: string): Promise<TaskState> {
    const sandbox = await this.sandboxStatus(id);
    return { podUid: sandbox.labels[podUidLabel] ?? "", running: sandbox.state === "SANDBOX_READY" };
  }
}
