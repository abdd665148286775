/** Keeps the packet filter's rules as Services and EndpointSlices say. */
import type { Logger } from "pino";
import { type corev1, type discoveryv1, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { CommandError, type CommandOptions, run } from "../commands.ts";
import { SyncLoop } from "../sync-loop.ts";
import { baseTable } from "./base.ts";
import { staleConnections } from "./connections.ts";
import { type Fragment, serviceFragment } from "./fragment.ts";
import { RuleBook } from "./rule-book.ts";
import { type ServicePortModel, serviceModel } from "./service-model.ts";

export interface ServiceProxyOptions extends CommandOptions {
  /** Absent: this is no node, and no backend is local. */
  readonly nodeName?: string | undefined;
  /** The whole cluster's pod network. */
  readonly podNetwork: string;
}

const sliceIndex = "network-service";
const serviceNameLabel = "kubernetes.io/service-name";
const zoneLabel = "topology.kubernetes.io/zone";

export class ServiceProxy {
  readonly #options: ServiceProxyOptions;
  readonly #log: Logger;
  readonly #services: Informer<corev1.Service>;
  readonly #slices: Informer<discoveryv1.EndpointSlice>;
  readonly #nodes: Informer<corev1.Node>;
  readonly #loop: SyncLoop;
  readonly #models = new Map<string, readonly ServicePortModel[]>();
  readonly #dirty = new Set<string>();
  #book = new RuleBook();
  /** Whether the kernel has what the book says; if not, everything is entered anew. */
  #inStep = false;
  #unfollow: readonly (() => void)[] = [];

  constructor(options: ServiceProxyOptions, context: ComponentContext) {
    this.#options = options;
    this.#log = context.log;
    this.#services = context.informers.informer(resources.services);
    this.#slices = context.informers.informer(resources.endpointslices);
    this.#nodes = context.informers.informer(resources.nodes);
    this.#slices.addIndex(sliceIndex, (slice) => serviceOf(slice));
    this.#loop = new SyncLoop({ ...context, what: "service rules", sync: () => this.#sync() });
  }

  /** Resolves when the rules are in place. */
  async start(): Promise<void> {
    const service = ({ metadata }: corev1.Service) => this.#changed([`${metadata.namespace}/${metadata.name}`]);
    const slice = (object: discoveryv1.EndpointSlice) => this.#changed(serviceOf(object));
    this.#unfollow = [
      this.#services.addHandler({ add: service, update: service, delete: service }),
      this.#slices.addHandler({
        add: slice,
        update: (now, old) => this.#changed([...serviceOf(old), ...serviceOf(now)]),
        delete: slice,
      }),
    ];
    await this.#loop.start();
  }

  /** The rules stay: running pods go on to reach Services while the agent is away. */
  async stop(): Promise<void> {
    for (const unfollow of this.#unfollow) unfollow();
    await this.#loop.stop();
  }

  #changed(services: readonly string[]): void {
    for (const service of services) this.#dirty.add(service);
    this.#loop.trigger();
  }

  async #sync(): Promise<void> {
    const whole = !this.#inStep;
    if (whole) this.#startAnew();
    const services = [...this.#dirty];
    this.#dirty.clear();
    const stale: (readonly string[])[] = [];
    const changes = new Map<string, Fragment | undefined>();
    for (const service of services) changes.set(service, this.#rebuild(service, stale));
    const commands = this.#book.change(changes);
    this.#inStep = false;
    await this.#run(whole ? `${baseTable(this.#options.podNetwork)}${commands.join("\n")}\n` : commands.join("\n"));
    this.#inStep = true;
    await this.#forget(stale);
    await this.#sweep();
  }

  #startAnew(): void {
    this.#book = new RuleBook();
    for (const { metadata } of this.#services.lister.list()) this.#dirty.add(`${metadata.namespace}/${metadata.name}`);
    for (const service of this.#models.keys()) this.#dirty.add(service);
  }

  #rebuild(key: string, stale: (readonly string[])[]): Fragment | undefined {
    const [namespace = "", name = ""] = key.split("/");
    const service = this.#services.lister.get(name, namespace);
    const model = service ? serviceModel(service, this.#slices.lister.byIndex(sliceIndex, key), this.#place()) : [];
    stale.push(...staleConnections(this.#models.get(key) ?? [], model));
    if (model.length === 0) this.#models.delete(key);
    else this.#models.set(key, model);
    return model.length === 0 ? undefined : serviceFragment(model, this.#options.podNetwork);
  }

  #place() {
    const { nodeName: name } = this.#options;
    const node = name === undefined ? undefined : this.#nodes.lister.get(name);
    return { name, zone: node?.metadata.labels?.[zoneLabel], isSimulated: this.#isSimulated };
  }

  readonly #isSimulated = (name: string): boolean =>
    this.#nodes.lister.get(name)?.status?.nodeInfo?.containerRuntimeVersion?.startsWith("simulated://") ?? false;

  async #run(input: string): Promise<void> {
    if (input.trim() === "") return;
    await run("nft", ["-f", "-"], { ...this.#options, input });
  }

  /** Rules that nothing uses do no harm: the next whole sync removes them if this cannot. */
  async #sweep(): Promise<void> {
    try {
      await this.#run(this.#book.sweep().join("\n"));
    } catch (error) {
      this.#log.debug({ error: (error as Error).message }, "unused service rules could not be removed");
    }
  }

  async #forget(connections: readonly (readonly string[])[]): Promise<void> {
    for (const args of connections) {
      try {
        await run("conntrack", args, this.#options);
      } catch (error) {
        // Status 1: there was none.
        if (error instanceof CommandError && error.status === 1) continue;
        this.#log.warn({ error: (error as Error).message }, "stale connections could not be forgotten");
      }
    }
  }
}

function serviceOf({ metadata }: discoveryv1.EndpointSlice): readonly string[] {
  const name = metadata.labels?.[serviceNameLabel];
  return name ? [`${metadata.namespace}/${name}`] : [];
}
