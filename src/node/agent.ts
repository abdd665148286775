/** The node agent: what the kubelet is to upstream. */
import { mkdir, readFile } from "node:fs/promises";
import { type corev1, isNotFound, type nodev1, resources } from "../api/mod.ts";
import {
  type Component,
  type ComponentContext,
  createEventRecorder,
  type EventRecorder,
  type Informer,
} from "../client/mod.ts";
import { admitPod, resizeProblem } from "./admission.ts";
import { findCgroups } from "./cgroups/hierarchies.ts";
import { PodCgroups } from "./cgroups/pod-cgroup.ts";
import { defaultMaximumPods, nodeConfiguration } from "./configuration.ts";
import { ConfigStore } from "./environment/config-store.ts";
import { Housekeeping } from "./housekeeping.ts";
import { parseResolverConfig, type ResolverConfig } from "./identity/resolver-config.ts";
import { ImageManager } from "./images/image-manager.ts";
import { ensurePauseImage } from "./images/pause.ts";
import type { NodeFacts } from "./node-facts.ts";
import type { NodeAgentOptions } from "./options.ts";
import { containerFieldPath, type PodContainer } from "./pod/containers.ts";
import { RealPodFiles } from "./pod/pod-files.ts";
import { PodWorkers } from "./pod/pod-workers.ts";
import type { EventType, PodServices } from "./pod/services.ts";
import { Slots } from "./pod/slots.ts";
import { ownPods, type PodSource } from "./pod-source.ts";
import { ProbeManager } from "./probes/probe-manager.ts";
import { messageOf, NodeError } from "./runtime/errors.ts";
import { untilSuccess } from "./runtime/until-success.ts";
import { AccessReviews } from "./server/access-reviews.ts";
import type { PodDirectory } from "./server/directory.ts";
import { NodeServer } from "./server/node-server.ts";
import { SimulatedPodFiles, SimulatedVolumes } from "./simulated/no-files.ts";
import { addAgentMetrics } from "./stats/agent-metrics.ts";
import { readNodeStats, readNodeUsage } from "./stats/node-stats.ts";
import { NodeLease } from "./status/lease.ts";
import { type Capacity, machineCapacity, machineIdentity, memoryBytes } from "./status/machine.ts";
import { NodeReporter } from "./status/node-reporter.ts";
import { TokenManager } from "./volumes/tokens.ts";
import { VolumeManager, type Volumes } from "./volumes/volume-manager.ts";

/** Sandboxes are made by containerd in processes of their own; more at once only get into each other's way. */
const sandboxesAtOnce = 6;
const containersAtOnce = 6;
/** Nothing in a simulated pod looks anything up. */
const noResolver = parseResolverConfig("");

export class NodeAgent implements Component {
  readonly name = "node-agent";
  readonly #options: NodeAgentOptions;
  readonly #context: ComponentContext;
  readonly #pods: PodSource;
  readonly #services: Informer<corev1.Service>;
  readonly #nodes: Informer<corev1.Node>;
  readonly #config: ConfigStore;
  readonly #recorder: EventRecorder;
  /** Undone in reverse order. */
  readonly #cleanups: (() => Promise<void> | void)[] = [];
  #workers: PodWorkers | undefined;
  #directory: PodDirectory | undefined;
  #reporter: NodeReporter | undefined;
  #server: NodeServer | undefined;

  constructor(options: NodeAgentOptions, context: ComponentContext) {
    this.#options = options;
    this.#context = context;
    const { informers, client, clock, log } = context;
    this.#pods = options.shared?.pods ?? ownPods(informers, options.nodeName);
    this.#services = informers.informer(resources.services);
    const own = { fieldSelector: `metadata.name=${options.nodeName}` };
    this.#nodes = informers.informer(resources.nodes, options.shared ? {} : own);
    this.#config = options.shared?.config ?? new ConfigStore(client, clock, log);
    const source = { component: "kubelet", host: options.nodeName };
    this.#recorder = createEventRecorder(context, source, options.runtime.events);
  }

  async start(): Promise<void> {
    const { runtime, rootDirectory, shared } = this.#options;
    const { signal, informers } = this.#context;
    if (!shared) signal.addEventListener("abort", () => void this.stop(), { once: true });
    if (runtime.kind === "containerd") {
      await mkdir(rootDirectory, { recursive: true, mode: 0o750 });
      await untilSuccess("the container runtime does not answer", this.#context, () =>
        ensurePauseImage(runtime.images, this.#options.rootDirectory),
      );
    }
    const capacity = await this.#capacity();
    const services = await this.#podServices(capacity);
    const workers = new PodWorkers(services, (pod, others) => admitPod(pod, others, this.#node));
    this.#workers = workers;
    this.#cleanups.push(
      () => workers.stop(),
      () => services.probes.close(),
      () => (shared ? undefined : this.#config.close()),
    );
    this.#directory = this.#makeDirectory(workers);
    await this.#register(capacity, await this.#serve(this.#directory, workers));
    await informers.waitForSync(signal);
    await workers.lookAround();
    this.#follow(workers);
    await workers.removeOrphans();
  }

  /** Resolves when the API has the node as Ready for the first time; the agent must have been started. */
  get ready(): Promise<void> | undefined {
    return this.#reporter?.ready;
  }

  /** For who hears of all nodes in one place: an agent with an informer of its own looks often enough. */
  nodeChanged(node: corev1.Node): void {
    this.#reporter?.changed(node);
  }

  async stop(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }

  /** With the labels and taints of now, which the scheduler went by. */
  get #node(): corev1.Node | undefined {
    return this.#nodes.lister.get(this.#options.nodeName) ?? this.#reporter?.node;
  }

  async #capacity(): Promise<Capacity> {
    const { maximumPods = defaultMaximumPods, capacity: given, rootDirectory, runtime } = this.#options;
    const folder = runtime.kind === "simulated" ? undefined : rootDirectory;
    const machine = await machineCapacity(folder, maximumPods);
    return { capacity: { ...machine.capacity, ...given }, allocatable: { ...machine.allocatable, ...given } };
  }

  /** The node's pods as the node API sees them, once the agent has started. */
  get directory(): PodDirectory | undefined {
    return this.#directory;
  }

  #makeDirectory(workers: PodWorkers): PodDirectory {
    const { nodeName, runtime, rootDirectory: folder } = this.#options;
    const { clock } = this.#context;
    const startTime = clock.now();
    return {
      find: async (namespace, name, uid) => {
        const worker = workers.find(namespace, name, uid);
        return worker && { pod: worker.pod, observation: await worker.look(), runtime };
      },
      list: () => workers.all.map(({ pod }) => pod),
      stats: () => readNodeStats({ nodeName, runtime, folder, now: clock.now(), startTime }),
      usage: () => readNodeUsage({ runtime, now: clock.now() }),
      configuration: () => nodeConfiguration(this.#options, true),
    };
  }

  /** What the node API shows from now on. PEM. */
  useServingCertificate(pair: { readonly certificate: string; readonly key: string }): void {
    this.#server?.useCertificate(pair);
  }

  /** Answers the port of the node API; 0 where there is none. */
  async #serve(directory: PodDirectory, workers: PodWorkers): Promise<number> {
    const { serving, nodeApiPort = 0 } = this.#options;
    if (serving === undefined) return nodeApiPort;
    const { client, clock } = this.#context;
    const reviews = new AccessReviews({ nodeName: this.#options.nodeName, client, clock });
    const server = new NodeServer(serving, directory, { ...this.#context, reviews });
    addAgentMetrics(this.#context.metrics, this.#options.nodeName, workers);
    const port = await server.start();
    this.#server = server;
    this.#cleanups.push(() => server.stop());
    return port;
  }

  async #register(capacity: Capacity, serverPort: number): Promise<void> {
    const { nodeName: name, labels = {}, taints = [], addresses, providerId, podCidr, runtime, shared } = this.#options;
    const identity = await machineIdentity();
    const known = { ...(providerId && { providerId }), ...(podCidr && { podCidr }) };
    const description = { name, labels, taints, addresses, identity, capacity, ...known };
    const present = () => this.#nodes.lister.get(name);
    const context = { ...this.#context, recorder: this.#recorder, present };
    const reporter = new NodeReporter({ ...description, serverPort }, runtime, context);
    this.#reporter = reporter;
    await untilSuccess("the node cannot be registered", this.#context, () => reporter.start());
    const lease = new NodeLease(name, () => reporter.node, this.#context);
    lease.start(shared?.leaseAfterMs);
    this.#cleanups.push(
      () => reporter.stop(),
      () => lease.stop(),
    );
  }

  #follow(workers: PodWorkers): void {
    const { runtime } = this.#options;
    this.#cleanups.push(runtime.subscribe((event) => workers.handle(event)));
    const update = (pod: corev1.Pod) => workers.update(pod);
    this.#cleanups.push(this.#pods.follow({ add: update, update, delete: (pod) => workers.remove(pod) }));
    const housekeeping = new Housekeeping({ runtime, workers, clock: this.#context.clock, log: this.#context.log });
    housekeeping.start();
    this.#cleanups.push(() => housekeeping.stop());
  }

  async #podServices(capacity: Capacity): Promise<PodServices> {
    const { runtime } = this.#options;
    const { clock, log, client } = this.#context;
    const node = await this.#facts(capacity);
    const real = runtime.kind === "containerd";
    const event = this.#events();
    const { runtimeName } = await runtime.version();
    return {
      runtime,
      runtimeName,
      clock,
      log,
      node,
      event,
      api: this.#podApi(),
      images: new ImageManager(runtime.images, this.#config, clock),
      environment: this.#environment(),
      config: this.#config,
      volumes: real ? await this.#realVolumes(node) : new SimulatedVolumes(this.#config),
      files: real ? new RealPodFiles(node) : new SimulatedPodFiles(),
      cgroups: real ? new PodCgroups(await findCgroups(), node.cgroupRoot) : undefined,
      probes: new ProbeManager({
        runtime,
        clock,
        event: (pod, container, reason, message) => event(pod, container, "Warning", reason, message),
        changed: (uid) => this.#workers?.probeChanged(uid),
      }),
      resolver: real ? () => this.#resolver() : async () => noResolver,
      runtimeHandler: async (name) =>
        (await client.resource<nodev1.RuntimeClass>(resources.runtimeclasses).get(name)).handler,
      resizeProblem: (pod) => resizeProblem(pod, this.#workers?.active(pod.metadata.uid) ?? [], this.#node),
      sandboxSlots: new Slots(sandboxesAtOnce),
      containerSlots: new Slots(containersAtOnce),
    };
  }

  async #facts({ allocatable }: Capacity): Promise<NodeFacts> {
    const { nodeName, addresses, dns, rootDirectory, cgroupRoot = "" } = this.#options;
    const { clusterDns, clusterDomain } = dns;
    const memoryCapacityBytes = await memoryBytes();
    return {
      name: nodeName,
      addresses,
      clusterDns,
      clusterDomain,
      rootDirectory,
      cgroupRoot,
      allocatable,
      memoryCapacityBytes,
    };
  }

  async #realVolumes(node: NodeFacts): Promise<Volumes> {
    const { client, clock } = this.#context;
    const volumes = new VolumeManager({ client, node, config: this.#config, tokens: new TokenManager(client, clock) });
    await volumes.start();
    return volumes;
  }

  #environment(): PodServices["environment"] {
    return {
      configMap: (namespace, name) => this.#config.configMap(namespace, name),
      secret: (namespace, name) => this.#config.secret(namespace, name),
      services: () => this.#services.lister.list(),
    };
  }

  #events(): PodServices["event"] {
    return (pod: corev1.Pod, container: PodContainer | undefined, type: EventType, reason: string, message: string) =>
      this.#recorder.event(pod, type, reason, message, container ? { fieldPath: containerFieldPath(container) } : {});
  }

  #podApi(): PodServices["api"] {
    const pods = this.#context.client.resource(resources.pods);
    return {
      patchStatus: ({ metadata: { name, namespace } }, patch) =>
        pods.patch(name, patch, { type: "strategic", subresource: "status", namespace }),
      delete: async ({ metadata: { name, namespace, uid } }) => {
        await pods
          .delete(name, { namespace, gracePeriodSeconds: 0, preconditions: { uid } })
          .catch((error: unknown) => {
            if (!isNotFound(error)) throw new NodeError("failed", messageOf(error));
          });
      },
    };
  }

  async #resolver(): Promise<ResolverConfig> {
    const text = await readFile(this.#options.resolverFile ?? "/etc/resolv.conf", "utf8").catch(() => "");
    return parseResolverConfig(text);
  }
}
