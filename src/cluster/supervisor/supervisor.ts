/**
 * The small process behind `kubets up`: it makes the network namespaces, starts the control plane, each node's containerd and agent,
 * keeps them running, and takes everything away again. It never speaks to the API itself.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { createFabric, enterArguments, type Fabric } from "../../network/fabric/mod.ts";
import type { OciRuntime } from "../../node/cri/oci-runtime.ts";
import { claim, claimName, giveUpClaim, isClaimed } from "../claim.ts";
import { ClusterError } from "../errors.ts";
import type { ClusterOptions } from "../options.ts";
import { type ClusterPaths, clusterPaths, makeFolders } from "../paths.ts";
import { type ControlPlaneConfig, type NodeConfig, writeConfig } from "../processes/configuration.ts";
import { requirePrograms, requireRunnable } from "../programs.ts";
import { requireSpace } from "../space.ts";
import {
  type ClusterState,
  identify,
  isAlive,
  type NodePlace,
  readState,
  residentBytes,
  writeState,
} from "../state.ts";
import { Child, type ChildOptions } from "./child.ts";
import { cgroupParent, endProcesses, strayManagers } from "./cleanup.ts";
import { containerdChild } from "./containerd.ts";
import { listenOnLoopback } from "./listening-socket.ts";
import { LoopbackRelay } from "./loopback-relay.ts";
import { keepInMemory } from "./memory-folder.ts";
import { type OutgoingRelay, relayTo } from "./outgoing-relay.ts";
import { removeRemains } from "./removal.ts";

export interface ProcessStatus {
  readonly role: string;
  readonly pid: number;
  readonly residentBytes: number;
  readonly restarts: number;
}

export const nodeName = (index: number): string => `node-${index + 1}`;

export class Supervisor {
  readonly options: ClusterOptions;
  readonly paths: ClusterPaths;
  readonly #log: Logger;
  readonly #progress: (text: string) => void;
  readonly #children: Child[] = [];
  readonly #kubeconfigs = new Set<string>();
  readonly #nodes: NodePlace[] = [];
  #ociRuntime: OciRuntime | undefined;
  #fabric: Fabric | undefined;
  #loopback: LoopbackRelay | undefined;
  #wayOut: OutgoingRelay | undefined;
  #isOwner = false;
  #starting: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | undefined;

  constructor(options: ClusterOptions, log: Logger, progress: (text: string) => void = () => {}) {
    this.options = options;
    this.paths = clusterPaths(options.name, options.data);
    this.#log = log;
    this.#progress = progress;
  }

  /** The API's loopback port; known once started. */
  port = 0;

  get #realNodes(): readonly string[] {
    return this.options.runtime === "containerd"
      ? Array.from({ length: this.options.nodes }, (_, index) => nodeName(index))
      : [];
  }

  /** True where an earlier run left its data. */
  hasData(): boolean {
    return existsSync(this.paths.pki);
  }

  /** Takes the cluster's name and folders; throws `already-exists` where another supervisor has them. */
  prepare(): Promise<void> {
    this.#starting = this.#prepare();
    return this.#starting;
  }

  async #prepare(): Promise<void> {
    const { paths, options } = this;
    this.#checkNotStopped();
    this.#claim();
    if (options.runtime === "containerd") this.#chooseOciRuntime();
    await this.#endFormerProcesses();
    requireSpace(paths.data, this.#realNodes.length);
    if (options.runtime === "containerd") requireRunnable(paths.data);
    makeFolders(paths.logs, paths.pki);
  }

  #chooseOciRuntime(): void {
    this.#ociRuntime = requirePrograms();
    this.#log.info({ ociRuntime: this.#ociRuntime }, `containers are made by ${this.#ociRuntime.name}`);
  }

  /** Resolves when the API is ready, every node is Ready and DNS answers; rejects where it is stopped meanwhile. */
  start(): Promise<void> {
    this.#starting = this.#startAll();
    return this.#starting;
  }

  async #startAll(): Promise<void> {
    const { options } = this;
    this.#checkNotStopped();
    this.#saveState();
    await this.#checkPorts();
    this.#saveState();
    if (options.runtime === "containerd") await this.#createFabric();
    await this.#openWayOut();
    const controlPlane = this.#controlPlane();
    const nodes = this.#nodes.map((place, index) => this.#node(place, index));
    this.#progress("starting the control plane");
    await Promise.all([controlPlane.start(), ...nodes.map((start) => start(controlPlane.keysReady))]);
  }

  /** Before anything is written there: certificates and kubeconfigs are another cluster's where it has them. */
  #claim(): void {
    const { paths, options } = this;
    makeFolders(paths.data);
    const hasData = claim(paths.owner);
    if (!hasData && !isClaimed(options.name)) throw this.#dataInUse();
    makeFolders(paths.run);
    this.#isOwner = hasData && claimName(options.name);
    if (this.#isOwner) return;
    if (hasData) giveUpClaim(paths.owner);
    throw this.#alreadyRunning();
  }

  #dataInUse(): ClusterError {
    const hint = "name another folder with --data; kubets list shows this machine's clusters";
    return new ClusterError("already-exists", `another cluster runs on the data in ${this.paths.data}`, hint);
  }

  #alreadyRunning(): ClusterError {
    const { name } = this.options;
    return new ClusterError(
      "already-exists",
      `cluster ${name} is running already`,
      `kubets down --name ${name} ends it`,
    );
  }

  /** A supervisor that was killed leaves its children; containers go on, and their new containerd finds them. */
  async #endFormerProcesses(): Promise<void> {
    const former = readState(this.options.name);
    if (former && isAlive(former.supervisor) && former.supervisor.pid !== process.pid) throw this.#alreadyRunning();
    const processes = [...(former?.children ?? []), ...strayManagers(this.paths.run)];
    await endProcesses(processes, "SIGTERM", 5000);
    await endProcesses(processes, "SIGKILL", 5000);
    for (const kubeconfig of former?.kubeconfigs ?? []) this.#kubeconfigs.add(kubeconfig);
  }

  /** Finds a taken port before anything else is made; each process opens its own sockets when it starts. */
  async #checkPorts(): Promise<void> {
    const api = await listenOnLoopback(this.options.port, "the API");
    this.port = api.port;
    api.release();
    for (const { hostPort } of this.options.publish) (await listenOnLoopback(hostPort, "a published port")).release();
  }

  async #createFabric(): Promise<void> {
    this.#progress("making the network namespaces");
    const { name: cluster, serviceCidr, podCidr } = this.options;
    this.#fabric = await createFabric({ cluster, avoid: [serviceCidr, podCidr], serviceNetwork: serviceCidr });
    for (const name of this.#realNodes) this.#nodes.push({ name, ...(await this.#fabric.addNode(name)) });
  }

  get #tracesSocket(): string {
    return join(this.paths.run, "traces.sock");
  }

  get #loopbackSocket(): string {
    return join(this.paths.run, "loopback.sock");
  }

  /** The fabric reaches nothing but itself. */
  async #openWayOut(): Promise<void> {
    const { otlpEndpoint } = this.options;
    if (!this.#fabric) return;
    this.#loopback = new LoopbackRelay(this.#loopbackSocket);
    await this.#loopback.start();
    if (otlpEndpoint === "") return;
    this.#wayOut = relayTo(otlpEndpoint, this.#tracesSocket);
    await this.#wayOut.start();
  }

  #checkNotStopped(): void {
    if (this.#stopping) throw new ClusterError("process-failed", "the cluster was stopped while it started");
  }

  #child(options: ChildOptions): Child {
    this.#checkNotStopped();
    const child = new Child(options, this.#log, () => this.#saveState());
    this.#children.push(child);
    return child;
  }

  #controlPlane() {
    const { options, paths } = this;
    const config: ControlPlaneConfig = {
      options: { ...options, port: this.port },
      realNodes: this.#nodes.map(({ name, address }) => ({ name, address })),
      paths: { data: paths.data, pki: paths.pki, store: paths.store },
      ...(this.#fabric ? { fabricAddress: this.#fabric.address } : {}),
      ...(this.#loopback ? { loopbackSocket: this.#loopbackSocket } : {}),
      ...(this.#wayOut ? { tracesSocket: this.#tracesSocket } : {}),
    };
    const entry = writeConfig(join(paths.run, "control-plane.json"), "control-plane", config);
    const enter = this.#fabric ? enterArguments(this.#fabric.namespace) : [];
    const [command, ...args] = [...enter, ...entry];
    let tellKeys = () => {};
    const keysReady = new Promise<void>((resolve) => (tellKeys = resolve));
    const child = this.#child({
      role: "control-plane",
      command: command!,
      args,
      // Where nodes are simulated V8's own threads have much to do: their heaps of the C library keep 35 MiB, one for all threads keeps none of it.
      ...(options.simulatedNodes > 0 && { env: { MALLOC_ARENA_MAX: "1" } }),
      logFile: paths.log("control-plane"),
      sockets: async () => [await listenOnLoopback(this.port, "the API")],
      onMessage: (message) => message.type === "keys" && tellKeys(),
      stopTimeoutMs: 10_000,
    });
    return { start: () => child.start(), keysReady };
  }

  #node({ name, namespace, address }: NodePlace, index: number) {
    const paths = this.paths.node(name);
    makeFolders(paths.data, paths.run);
    keepInMemory(paths.run, this.#log);
    const enter = enterArguments(namespace);
    const containerd = this.#child(
      containerdChild(`containerd ${name}`, paths, this.#ociRuntime!, this.paths.log(`containerd-${name}`), enter),
    );
    // Published ports lead into the first node: a NodePort answers on every node.
    const mine = index === 0 ? this.options.publish : [];
    const config: NodeConfig = {
      name,
      address,
      kubeconfig: join(this.paths.pki, `node-${name}.kubeconfig`),
      proxyKubeconfig: join(this.paths.pki, "kube-proxy.kubeconfig"),
      pki: this.paths.pki,
      paths,
      cgroupParent: cgroupParent(this.options.name),
      serviceCidr: this.options.serviceCidr,
      podCidr: this.options.podCidr,
      nodePorts: mine.map((port) => port.nodePort),
    };
    const [command, ...args] = [...enter, ...writeConfig(join(paths.run, "agent.json"), "node", config)];
    const agent = this.#child({
      role: `node ${name}`,
      command: command!,
      args,
      // One heap of the C library instead of one for each thread: 3 MiB less in each node.
      env: { MALLOC_ARENA_MAX: "1" },
      logFile: this.paths.log(`node-${name}`),
      sockets: () => Promise.all(mine.map(({ hostPort }) => listenOnLoopback(hostPort, "a published port"))),
    });
    return async (keysReady: Promise<void>) => {
      await containerd.start();
      await keysReady;
      this.#progress(`starting ${name}`);
      await agent.start();
    };
  }

  /** Kubeconfig files that `up` wrote the context into, so that `down` can take it out. */
  addKubeconfig(path: string): void {
    this.#kubeconfigs.add(path);
    this.#saveState();
  }

  /** Roles whose process has ended and is to be started again. */
  missing(): string[] {
    return this.#children.filter((child) => !child.pid).map((child) => child.role);
  }

  processes(): ProcessStatus[] {
    const own = { role: "supervisor", pid: process.pid, residentBytes: residentBytes(process.pid), restarts: 0 };
    const children = this.#children.flatMap((child) =>
      child.pid
        ? [{ role: child.role, pid: child.pid, residentBytes: residentBytes(child.pid), restarts: child.restarts }]
        : [],
    );
    return [own, ...children];
  }

  #saveState(): void {
    if (this.#stopping) return;
    const children = this.#children.flatMap((child) =>
      child.pid ? [{ role: child.role, ...identify(child.pid) }] : [],
    );
    writeState({
      options: { ...this.options, port: this.port || this.options.port },
      supervisor: identify(process.pid),
      children,
      nodes: this.#nodes,
      kubeconfigs: [...this.#kubeconfigs],
    });
  }

  /** Ends every process in the reverse order of their start and removes what they made; the data folder goes where `removeData` says so. */
  stop(options: { readonly removeData: boolean }): Promise<void> {
    this.#stopping ??= this.#stopAll(options.removeData);
    return this.#stopping;
  }

  async #stopAll(removeData: boolean): Promise<void> {
    await this.#stopChildren();
    // A start that is under way comes to its end, and may have gone a step further meanwhile.
    await this.#starting.catch(() => {});
    this.#wayOut?.stop();
    this.#loopback?.stop();
    await this.#stopChildren();
    // Another supervisor's cluster is not taken away.
    if (this.#isOwner) await removeRemains(this.options, removeData);
  }

  async #stopChildren(): Promise<void> {
    const agents = this.#children.filter((child) => child.role.startsWith("node "));
    const others = this.#children.filter((child) => !agents.includes(child));
    await Promise.all(agents.map((child) => child.stop()));
    await Promise.all(others.map((child) => child.stop()));
  }
}

/** The command prefix that enters a node's network namespace; throws `not-found` for a node without one. */
export function nodeEnter(state: ClusterState, name: string): readonly string[] {
  const node = state.nodes.find((one) => one.name === name);
  if (node) return enterArguments(node.namespace);
  const known = state.nodes.map((one) => one.name).join(", ");
  throw new ClusterError(
    "not-found",
    `there is no node ${name} on this machine`,
    known ? `its nodes are: ${known}` : "the cluster has no node with real containers",
  );
}
