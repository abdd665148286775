/**
 * What the node agent asks of whatever runs its pods. The vocabulary is CRI v1's: sandboxes and containers with labels, states and
 * attempts. Two implementations: containerd over CRI, and the simulated runtime. Every call rejects with a `NodeError`.
 */
import type { EventRecorderOptions, UpgradeRequest } from "../../client/mod.ts";
import type { Message, Received } from "../cri/types.ts";

export type SandboxConfig = Message<"PodSandboxConfig">;
export type ContainerConfig = Message<"ContainerConfig">;
export type SandboxSummary = Received<"PodSandbox">;
export type SandboxStatus = Received<"PodSandboxStatus">;
export type ContainerSummary = Received<"Container">;
export type ContainerStatus = Received<"ContainerStatus">;
export type ContainerStats = Received<"ContainerStats">;
export type SandboxStats = Received<"PodSandboxStats">;
export type Image = Received<"Image">;
export type RuntimeCondition = Received<"RuntimeCondition">;
export type LinuxResources = Message<"LinuxContainerResources">;
export type AuthConfig = Message<"AuthConfig">;

export interface RuntimeVersion {
  readonly runtimeName: string;
  readonly runtimeVersion: string;
}

/** Says that a pod's containers are not as they were. A status read after it already shows the change. */
export type RuntimeEvent =
  | {
      readonly kind: "container";
      readonly containerId: string;
      readonly podUid: string;
      readonly change: ContainerChange;
    }
  /** The connection was lost and is back: anything may have changed. */
  | { readonly kind: "reconnected" };

export type ContainerChange = "exited" | "out-of-memory";

export interface ExecResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

export interface LogOptions {
  readonly follow?: boolean;
  /** Lines from the end; absent: all. */
  readonly tailLines?: number;
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number;
  readonly limitBytes?: number;
  readonly timestamps?: boolean;
  /** Absent: both. */
  readonly stream?: "stdout" | "stderr";
}

export type StreamRequest =
  | ({ readonly kind: "exec"; readonly containerId: string; readonly command: readonly string[] } & StreamFlags)
  | ({ readonly kind: "attach"; readonly containerId: string } & StreamFlags)
  /** `ports`: those that clients name beforehand, which do so over WebSocket; the others name them as they go. */
  | { readonly kind: "port-forward"; readonly sandboxId: string; readonly ports: readonly number[] };

export interface StreamFlags {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Where an upgraded connection goes: to the runtime's own streaming server, to the runtime itself, or nowhere, with the reason. */
export type StreamTarget =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "session"; serve(upgrade: UpgradeRequest): void }
  | { readonly kind: "unsupported"; readonly message: string };

export interface PullOptions {
  readonly auth?: AuthConfig;
  readonly sandbox?: SandboxConfig;
  readonly signal?: AbortSignal;
}

export interface ImageService {
  list(): Promise<readonly Image[]>;
  /** Nothing where the image is not on this node. */
  status(image: string): Promise<Image | undefined>;
  /** Answers the reference to create containers with. */
  pull(image: string, options: PullOptions): Promise<string>;
  remove(image: string): Promise<void>;
  /** Loads a docker-archive or OCI layout in a tar file. */
  import(file: string): Promise<void>;
  /** Bytes that images take, and the folder they are in. */
  usage(): Promise<{ readonly usedBytes: number; readonly mountPoint: string }>;
}

export interface HttpCheck {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly timeoutMs: number;
}

export interface GrpcCheck {
  readonly host: string;
  readonly port: number;
  readonly service: string;
  readonly timeoutMs: number;
}

export interface CheckResult {
  readonly outcome: "success" | "failure" | "warning";
  readonly message: string;
}

/** How the node reaches a pod's ports: probes and HTTP hooks. A check that fails answers, it does not reject. */
export interface PodNetwork {
  http(check: HttpCheck): Promise<CheckResult>;
  tcp(check: { readonly host: string; readonly port: number; readonly timeoutMs: number }): Promise<CheckResult>;
  grpc(check: GrpcCheck): Promise<CheckResult>;
}

export interface ContainerFilter {
  readonly podUid?: string;
  readonly sandboxId?: string;
}

export interface Runtime {
  readonly kind: "containerd" | "simulated";
  /** Which of the agent's events are told: one about a step that really happens is, one about a step that is only played is not. */
  readonly events: EventRecorderOptions;
  readonly images: ImageService;
  readonly network: PodNetwork;

  version(): Promise<RuntimeVersion>;
  /** `RuntimeReady` and `NetworkReady`. */
  status(): Promise<readonly RuntimeCondition[]>;

  runSandbox(config: SandboxConfig, handler: string): Promise<string>;
  /** Stops the containers too, and gives the pod's addresses back. Safe to call twice, or for a sandbox that is gone. */
  stopSandbox(sandboxId: string): Promise<void>;
  /** Removes the containers too. Safe for a sandbox that is gone. */
  removeSandbox(sandboxId: string): Promise<void>;
  listSandboxes(podUid?: string): Promise<readonly SandboxSummary[]>;
  sandboxStatus(sandboxId: string): Promise<SandboxStatus>;

  createContainer(sandboxId: string, config: ContainerConfig, sandbox: SandboxConfig): Promise<string>;
  startContainer(containerId: string): Promise<void>;
  /** TERM (or the image's stop signal), then KILL after the timeout. Resolves when the container has ended. */
  stopContainer(containerId: string, timeoutSeconds: number): Promise<void>;
  removeContainer(containerId: string): Promise<void>;
  listContainers(filter?: ContainerFilter): Promise<readonly ContainerSummary[]>;
  containerStatus(containerId: string): Promise<ContainerStatus>;
  updateResources(containerId: string, resources: LinuxResources): Promise<void>;
  /** Rejects with `deadline` where the command takes longer. */
  execSync(containerId: string, command: readonly string[], timeoutMs: number): Promise<ExecResult>;
  stream(request: StreamRequest): Promise<StreamTarget>;

  /** Lines of the container's log, as they are to be sent. Ends at the end of the log, or with `follow` when the container has ended. */
  logs(containerId: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Tells the runtime that the log file was moved away. */
  reopenLog(containerId: string): Promise<void>;

  containerStats(): Promise<readonly ContainerStats[]>;
  sandboxStats(): Promise<readonly SandboxStats[]>;

  /** Returns the removal of the listener. */
  subscribe(listener: (event: RuntimeEvent) => void): () => void;
  close(): Promise<void>;
}
