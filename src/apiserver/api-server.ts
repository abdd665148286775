/** The API server: the registry over a store, the request path over the registry, a listener in front. */
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { AdmissionPlugin } from "../admission/mod.ts";
import { allResources, type corev1, type KubernetesObject, type ResourceInfo, resources } from "../api/mod.ts";
import type { Authenticator, Authorizer, User } from "../auth/mod.ts";
import {
  type Clock,
  type Component,
  createClient,
  createEventRecorder,
  type ServiceResolver,
  type Transport,
} from "../client/mod.ts";
import { Compactor, type Store } from "../store/mod.ts";
import type { Aggregation } from "./aggregation/aggregation.ts";
import { AddressObjects } from "./allocators/address-objects.ts";
import { AllocationRepair } from "./allocators/allocation-repair.ts";
import { addAllocatorMetrics } from "./allocators/allocator-metrics.ts";
import { ClusterAddresses } from "./allocators/cluster-addresses.ts";
import { type PortRange, ServiceAllocation } from "./allocators/service-allocation.ts";
import { followServiceCidrs } from "./allocators/service-cidr-ranges.ts";
import { ServiceEndpoints } from "./allocators/service-endpoints.ts";
import type { Audit } from "./audit/audit.ts";
import { auditCounts } from "./audit/audit-counts.ts";
import { bootstrap } from "./bootstrap/bootstrap.ts";
import type { FrontProxyTrust } from "./bootstrap/extension-authentication.ts";
import { LateCustomResources } from "./custom/late-custom-resources.ts";
import { FlowConfiguration } from "./flow-control/configuration.ts";
import { addFlowDebugRoutes } from "./flow-control/debug-routes.ts";
import { FlowControl } from "./flow-control/flow-control.ts";
import type { Flags } from "./health/component-pages.ts";
import { flagsOf } from "./health/flags.ts";
import type { HealthCheck } from "./health/health.ts";
import { serverChecks } from "./health/server-checks.ts";
import { ServerLease } from "./identity/server-lease.ts";
import { InProcessTransport } from "./in-process-transport.ts";
import type { AddedKind } from "./kinds/added-kind.ts";
import { strategies } from "./kinds/all.ts";
import { addLegacyApis } from "./legacy/legacy-apis.ts";
import { type ListenAddress, Listener, type TlsFiles } from "./listener.ts";
import { AccessMetrics } from "./metrics/access-metrics.ts";
import { AdmissionMetrics } from "./metrics/admission-metrics.ts";
import { InFlightMetrics } from "./metrics/inflight-metrics.ts";
import { RequestMetrics } from "./metrics/request-metrics.ts";
import { addStorageMetrics } from "./metrics/storage-metrics.ts";
import { WatchMetrics } from "./metrics/watch-metrics.ts";
import { AdmissionChain } from "./registry/admission-chain.ts";
import { addConvertedResources, addStoredResources, Engine } from "./registry/engine.ts";
import { EventExpiry } from "./registry/event-expiry.ts";
import { registryPrefix, resourcePrefix } from "./registry/keys.ts";
import { managedFieldOwnership } from "./registry/managed-field-ownership.ts";
import type { ResourceStorage } from "./registry/resource-storage.ts";
import type { Connections } from "./request/connection.ts";
import { maximumInFlight } from "./request/limits.ts";
import type { PathRoutes } from "./request/path-routes.ts";
import { Seats } from "./request/seats.ts";
import { RequestPath } from "./request-path.ts";
import { serverPaths } from "./server-paths.ts";
import { admittedConnections } from "./streaming/admitted-connections.ts";
import { creatingConnections } from "./streaming/creating-connections.ts";
import { addOwnEndpoints, type Identity } from "./subresource-endpoints.ts";
import { OtlpExporter } from "./tracing/otlp-exporter.ts";
import { Tracer } from "./tracing/request-trace.ts";

export interface ApiServerOptions {
  readonly tls: TlsFiles;
  /** The authority (PEM) whose certificates may speak for others, and under which names; extension servers are told so. */
  readonly frontProxy?: FrontProxyTrust;
  /** Port 0 takes a free one. None: in process only. */
  readonly addresses: readonly ListenAddress[];
  /** Where pods and nodes reach this server: the endpoint of the Service `kubernetes`. */
  readonly advertise: { readonly host: string; readonly port: number };
  /** Of cluster addresses; two for dual stack, the preferred family first. */
  readonly serviceCidrs: readonly string[];
  /** Serves `extensions/v1beta1`, `apps/v1beta1` and `apps/v1beta2` too. */
  readonly legacyApis?: boolean;
  /** Kinds beside the built-in ones. */
  readonly kinds?: readonly AddedKind[];
  /** Where spans of requests go. None: requests are not traced. */
  readonly tracing?: {
    /** Of an OpenTelemetry collector: `http://127.0.0.1:4318`. */
    readonly endpoint: string;
    /** Part of the requests that are traced though their clients do not ask for it: 0 to 1. */
    readonly ratio: number;
    /** Leads to the collector. */
    readonly socketPath?: string;
  };
  /** Default 30000 to 32767. */
  readonly nodePorts?: PortRange;
}

export interface ApiServerContext {
  /** Writes down who does what; the server starts and stops it. */
  readonly audit?: Audit;
  readonly store: Store;
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: Authorizer;
  readonly admission: readonly AdmissionPlugin[];
  /** Tokens and rules, for the reviews; without them those are not served. */
  readonly identity?: Identity;
  /** By resource and subresource: `pods/exec`. */
  readonly connections?: Connections;
  /** Where the Services of webhooks are. */
  readonly resolver?: ServiceResolver;
  /** Servers behind this one; who makes it starts and stops it. */
  readonly aggregation?: Aggregation;
  /** Beside the server's own. */
  readonly healthChecks?: readonly HealthCheck[];
  readonly log: Logger;
  readonly metrics: Registry;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const ownUser: User = { name: "system:apiserver", groups: ["system:masters"] };
const defaultNodePorts: PortRange = { first: 30_000, last: 32_767 };

export class ApiServer implements Component {
  readonly name = "apiserver";
  readonly engine: Engine;
  readonly paths: PathRoutes;
  readonly #options: ApiServerOptions;
  readonly #context: ApiServerContext;
  readonly #listener: Listener | undefined;
  readonly #customResources: LateCustomResources;
  readonly #compactor: Compactor;
  readonly #eventExpiry: EventExpiry;
  readonly #lease: ServerLease;
  readonly #services: ServiceAllocation;
  readonly #repair: AllocationRepair;
  readonly #addressObjects: AddressObjects;
  readonly #connections: Connections;
  #addresses: readonly ListenAddress[] = [];
  #unfollowRanges = () => {};
  readonly #tracer: Tracer | undefined;
  readonly #flowControl: FlowControl;
  readonly #flowConfiguration: FlowConfiguration;
  readonly #state = { started: false, stopping: false };

  constructor(options: ApiServerOptions, context: ApiServerContext) {
    this.#options = options;
    this.#context = context;
    this.#connections = context.connections ?? new Map();
    const { store, log, clock } = context;
    const admission = new AdmissionChain(context.admission, new AdmissionMetrics(context.metrics));
    const added = (options.kinds ?? []).map(({ strategy }) => strategy);
    this.engine = new Engine({
      store,
      admission,
      ownership: managedFieldOwnership,
      strategies: [...strategies, ...added],
      log,
    });
    const connections = creatingConnections(context.connections ?? new Map(), context.authorizer);
    this.#connections = admittedConnections(connections, admission, this.engine.table);
    this.#addressObjects = new AddressObjects(this.#storage(resources.ipaddresses), log, () => clock.now());
    this.#services = this.#createAllocation();
    const counts = auditCounts(context.metrics);
    if (context.audit) context.audit.counts = counts;
    addAllocatorMetrics(context.metrics, this.#services);
    addOwnEndpoints(this.engine, context.authorizer, context.identity);
    addStoredResources(this.engine, [...allResources, ...added.map(({ resource }) => resource)]);
    addConvertedResources(this.engine);
    if (options.legacyApis) addLegacyApis(this.engine);
    this.#customResources = new LateCustomResources(
      { ...(context.resolver && { resolver: context.resolver }) },
      { engine: this.engine, clock, log },
    );
    this.#compactor = new Compactor({
      store,
      after: (delayMs, callback) => clock.after(delayMs, callback),
      onError: (error) => log.warn({ err: error }, "compaction failed"),
    });
    this.#eventExpiry = new EventExpiry(this.#storage(resources.events), { clock, log });
    this.#tracer = options.tracing && tracerFor(options.tracing, log);
    this.#flowControl = new FlowControl({
      seats: maximumInFlight.readOnly + maximumInFlight.mutating,
      registry: context.metrics,
      sizeOf: (group, resource) => this.engine.watchCache.sizeOf(resourcePrefix(group, resource)),
      watchersOf: (group, resource) => this.engine.watchCache.watchersOf(resourcePrefix(group, resource)),
    });
    this.paths = this.#createPaths();
    addFlowDebugRoutes(this.paths, this.#flowControl);
    this.#flowConfiguration = this.#createFlowConfiguration();
    this.#repair = this.#createRepair();
    const client = createClient(this.transport(ownUser, "kube-apiserver"));
    this.#lease = new ServerLease({ advertise: options.advertise }, { client, clock, log });
    this.#listener = options.addresses.length > 0 ? this.#createListener() : undefined;
  }

  /** Where it listens, after `start`. */
  get addresses(): readonly ListenAddress[] {
    return this.#addresses;
  }

  async start(): Promise<void> {
    this.#context.audit?.start();
    await this.engine.start();
    this.#customResources.start();
    this.#unfollowRanges = followServiceCidrs(this.#storage(resources.servicecidrs).cache, this.#services.addresses);
    for (const service of this.#storedServices()) this.#services.adopt(service);
    await this.#bootstrap();
    this.#flowConfiguration.start();
    // Behind the services, and nobody waits for it.
    this.#repair.start();
    this.#compactor.start();
    this.#eventExpiry.start();
    this.#lease.start();
    this.#addresses = (await this.#listener?.start()) ?? [];
    this.#state.started = true;
    this.#context.signal.addEventListener("abort", () => void this.stop(), { once: true });
  }

  async stop(): Promise<void> {
    this.#state.stopping = true;
    await this.#listener?.stop();
    await this.#lease.stop();
    await this.#tracer?.stop();
    await this.#flowConfiguration.stop();
    await this.#customResources.stop();
    await this.#compactor.stop();
    await this.#eventExpiry.stop();
    this.#repair.stop();
    this.#unfollowRanges();
    await this.#addressObjects.settle();
    this.engine.stop();
    await this.#context.audit?.stop();
  }

  /** Holds addresses and node ports against the services now, without waiting for the time of it. */
  repairAllocations(): void {
    this.#repair.look();
  }

  /** Shows clients a new certificate, without breaking a connection. */
  useCertificate(pair: Pick<TlsFiles, "certificate" | "key">): void {
    this.#listener?.useCertificate(pair);
  }

  /** A way in for a client in this process, as the user given. `userAgent` names the owner of the fields that it sets. */
  transport(user: User, userAgent: string): Transport {
    const { authorizer, clock, aggregation: remote, audit } = this.#context;
    const { table } = this.engine;
    const own = {
      table,
      authorizer,
      connections: this.#connections,
      paths: this.paths,
      ...(remote && { remote }),
      ...(audit && { audit }),
    };
    return new InProcessTransport({ ...own, clock, user, userAgent });
  }

  #storage(info: unknown): ResourceStorage {
    return this.engine.storage(info as ResourceInfo<KubernetesObject>);
  }

  #storedServices(): corev1.Service[] {
    const { cache, prefix } = this.#storage(resources.services);
    return cache.list(prefix).map(({ object }) => object as corev1.Service);
  }

  #createAllocation(): ServiceAllocation {
    const { serviceCidrs, nodePorts = defaultNodePorts } = this.#options;
    const { log, clock } = this.#context;
    const endpoints = new ServiceEndpoints({ cache: this.engine.watchCache, log, now: () => clock.now() });
    const companions = { addressObjects: this.#addressObjects, endpoints };
    const allocation = new ServiceAllocation(new ClusterAddresses(serviceCidrs), nodePorts, companions);
    this.engine.storage(resources.services as unknown as ResourceInfo<KubernetesObject>, allocation);
    return allocation;
  }

  #createRepair(): AllocationRepair {
    const { clock, log, metrics: registry, signal } = this.#context;
    const client = createClient(this.transport(ownUser, "kube-apiserver"));
    const recorder = createEventRecorder(
      { client, clock, log, signal },
      { component: "ipallocator-repair-controller" },
    );
    const [allocation, addressObjects] = [this.#services, this.#addressObjects];
    const services = () => this.#storedServices();
    return new AllocationRepair({ allocation, addressObjects, services, recorder, registry, clock, log });
  }

  #bootstrap(): Promise<void> {
    const { advertise, serviceCidrs, tls, frontProxy, kinds = [] } = this.#options;
    const service = { clusterIP: this.#services.addresses.first, ...advertise };
    const now = this.#context.clock.now();
    const trust = { clientAuthorities: tls.clientAuthorities ?? [], ...(frontProxy && { frontProxy }) };
    return bootstrap(this.engine, { service, serviceCidrs, trust, kinds, now });
  }

  #createFlowConfiguration(): FlowConfiguration {
    const { clock, log } = this.#context;
    return new FlowConfiguration({
      schemas: this.#storage(resources.flowschemas).cache,
      levels: this.#storage(resources.prioritylevelconfigurations).cache,
      flowControl: this.#flowControl,
      client: createClient(this.transport(ownUser, "kube-apiserver")),
      clock,
      log,
    });
  }

  #createPaths(): PathRoutes {
    const { metrics, identity, aggregation, healthChecks = [] } = this.#context;
    const { host, port } = this.#options.advertise;
    return serverPaths({
      table: this.engine.table,
      metrics,
      healthChecks: [...this.#ownChecks(), ...healthChecks],
      flags: this.#flags(),
      serverAddress: () => `${host.includes(":") ? `[${host}]` : host}:${port}`,
      ...(identity && { identity }),
      ...(aggregation && { aggregation }),
    });
  }

  #ownChecks(): HealthCheck[] {
    const { store } = this.#context;
    return serverChecks(this.#state, () => store.get(registryPrefix));
  }

  #flags(): Flags {
    const { advertise, serviceCidrs, nodePorts = defaultNodePorts, legacyApis = false, frontProxy } = this.#options;
    return flagsOf({ advertise, serviceCidrs, nodePorts, legacyApis, frontProxyNames: frontProxy?.allowedNames ?? [] });
  }

  #createListener(): Listener {
    const { authenticators, authorizer, aggregation, clock, log, metrics, audit } = this.#context;
    const { tls, frontProxy } = this.#options;
    const clientAuthorities = [...(tls.clientAuthorities ?? []), ...(frontProxy ? [frontProxy.authority] : [])];
    addStorageMetrics(metrics, this.engine.watchCache);
    const path = new RequestPath({
      table: this.engine.table,
      authenticators,
      authorizer,
      connections: this.#connections,
      paths: this.paths,
      ...(aggregation && { remote: aggregation }),
      clock,
      log,
      requests: new RequestMetrics({ registry: metrics, table: this.engine.table, paths: this.paths }),
      watches: new WatchMetrics(metrics),
      access: new AccessMetrics(metrics),
      ...(this.#tracer && { tracer: this.#tracer }),
      seats: new Seats(this.#flowControl, new InFlightMetrics(metrics)),
      ...(audit && { audit }),
    });
    return new Listener({
      addresses: this.#options.addresses,
      tls: { ...tls, ...(clientAuthorities.length > 0 && { clientAuthorities }) },
      log,
      onExchange: (exchange) => void path.serve(exchange),
      onUpgrade: (exchange) => void path.upgrade(exchange),
    });
  }
}

function tracerFor({ ratio, ...to }: NonNullable<ApiServerOptions["tracing"]>, log: Logger): Tracer {
  return new Tracer({ exporter: new OtlpExporter({ ...to, serviceName: "apiserver", log }), ratio });
}
