/**
 * The control plane in one process: store, API server, and who acts on what it is told. Everything behind the API server speaks to it through a
 * client in process, so nothing is encoded between them.
 */
import { admissionPlugins } from "../admission/mod.ts";
import { builtInResources, type ResourceCatalogue } from "../api/mod.ts";
import {
  Aggregation,
  ApiServer,
  addTokenMetrics,
  aggregationChecks,
  PodSecurityMetrics,
  streamingConnections,
  WebhookMetrics,
} from "../apiserver/mod.ts";
import { Group, type User } from "../auth/mod.ts";
import {
  type Client,
  type Clock,
  type Component,
  type ComponentContext,
  createClient,
  EndpointResolver,
  SharedInformerFactory,
  systemClock,
} from "../client/mod.ts";
import { Registry } from "../client/prometheus.ts";
import { type KindModule, servedKinds } from "../kinds/mod.ts";
import { addressAt } from "../network/narrow.ts";
import { type AccessControl, accessControl, type ConfiguredAccess, configuredAccess } from "./access-control.ts";
import { AccessReload } from "./access-reload.ts";
import { auditOf } from "./audit.ts";
import { CertificateRenewal, type Renewal } from "./certificate-renewal.ts";
import type { ControlPlaneContext, ControlPlaneOptions } from "./control-plane-options.ts";
import { deferredTransport } from "./deferred-transport.ts";
import { serverNames } from "./keys.ts";
import { runtimeConfig } from "./runtime-config.ts";
import { ShownCertificates } from "./shown-certificates.ts";
import { stopAll } from "./stop-all.ts";
import { clusterTrust, type Trust } from "./trust.ts";

/** What had to be waited for before anything could be made. */
interface Prepared {
  readonly shown: ShownCertificates;
  /** Of the API server, for its certificate. */
  readonly names: readonly string[];
  readonly trust: Trust;
  readonly access: ConfiguredAccess;
  /** Beside the built-in ones. */
  readonly kinds: readonly KindModule[];
}

const loopbackUser: User = { name: "system:apiserver", groups: [Group.masters] };

export class ControlPlane {
  readonly metrics: Registry;
  readonly apiServer: ApiServer;
  readonly informers: SharedInformerFactory;
  readonly access: AccessControl;
  readonly #options: ControlPlaneOptions;
  readonly #kinds: readonly KindModule[];
  /** What the API server declares itself. */
  readonly #resources: ResourceCatalogue;
  readonly #context: ControlPlaneContext;
  readonly #clock: Clock;
  /** The API server's own way into itself. */
  readonly #own: Client;
  /** Services of webhooks and of servers behind this one. */
  readonly #resolver: EndpointResolver;
  readonly #aggregation: Aggregation;
  readonly #shown: ShownCertificates;
  readonly #components: Component[] = [];

  private constructor(options: ControlPlaneOptions, context: ControlPlaneContext, prepared: Prepared) {
    this.#options = options;
    this.#kinds = prepared.kinds;
    this.#resources = builtInResources.with(prepared.kinds.map(({ strategy }) => strategy.resource));
    this.#context = context;
    this.#clock = context.clock ?? systemClock;
    this.metrics = context.metrics ?? new Registry();
    this.#shown = prepared.shown;
    const client = createClient(deferredTransport(() => this.apiServer.transport(loopbackUser, "kube-apiserver")));
    this.#own = client;
    this.informers = new SharedInformerFactory(client, { clock: this.#clock, log: context.log });
    this.access = accessControl({
      trust: prepared.trust,
      informers: this.informers,
      client,
      ...prepared.access,
    });
    this.#resolver = new EndpointResolver({ informers: this.informers });
    this.#aggregation = new Aggregation(
      { frontProxy: () => this.#shown.frontProxy, resolver: this.#resolver },
      this.#contextOf("aggregation", client),
    );
    this.apiServer = this.#makeApiServer(prepared);
    addTokenMetrics(this.metrics, this.access);
    this.#components.push(this.#renewal(prepared), this.#accessReload(prepared.access));
  }

  static async create(options: ControlPlaneOptions, context: ControlPlaneContext): Promise<ControlPlane> {
    const hosts = [
      options.advertise.host,
      ...options.listen.flatMap((address) => ("host" in address ? [address.host] : [])),
    ];
    const service = addressAt(options.serviceCidr, 1);
    const names = serverNames([...hosts, service]);
    const trust = options.trust ?? (await clusterTrust(options.pki, names));
    const shown = await ShownCertificates.of(options.pki);
    const access = options.access ?? (await configuredAccess(options));
    const kinds = await servedKinds(runtimeConfig(options.runtimeConfig));
    return new ControlPlane(options, context, { names, trust, shown, access, kinds });
  }

  #renewal({ trust, names }: Prepared): CertificateRenewal {
    const { pki, renewals = [] } = this.#options;
    const serving: Renewal = {
      what: "apiserver",
      current: trust.serving,
      renew: () => pki.server(names),
      use: (pair) => this.apiServer.useCertificate(pair),
    };
    // What was given is renewed by who gave it.
    const own = this.#options.trust ? [] : [serving];
    const all = [...own, ...this.#shown.renewals(), ...renewals];
    return new CertificateRenewal(all, { clock: this.#clock, log: this.#context.log });
  }

  #accessReload({ authorization }: ConfiguredAccess): AccessReload {
    const context = { log: this.#context.log, metrics: this.metrics, clock: this.#clock };
    return new AccessReload(
      { files: this.#options, access: this.access, ...(authorization && { authorization }) },
      context,
    );
  }

  #makeApiServer({ trust }: Prepared): ApiServer {
    const { pki, store, listen, advertise, serviceCidr, nodePorts, legacyApis, audit } = this.#options;
    const authority = pki.clusterAuthority.certificate;
    const { authenticators, authorizer, tokens, serviceAccountTokens, serviceAccountKeys } = this.access;
    return new ApiServer(
      {
        tls: {
          ...trust.serving,
          clientAuthorities: trust.clientAuthorities,
          ...(trust.named && { named: trust.named }),
        },
        ...(trust.frontProxy && { frontProxy: trust.frontProxy }),
        addresses: listen,
        advertise,
        serviceCidrs: [serviceCidr],
        ...(nodePorts && { nodePorts }),
        ...(this.#options.tracing && { tracing: this.#options.tracing }),
        legacyApis,
        kinds: this.#kinds,
      },
      {
        store,
        authenticators,
        authorizer,
        admission: this.#admission(),
        identity: { tokens, serviceAccountTokens, serviceAccountKeys, issuer: trust.issuers[0], rules: authorizer },
        ...(audit && { audit: auditOf(audit, { clock: this.#clock, log: this.#context.log }) }),
        connections: streamingConnections({
          client: this.#own,
          credentials: { certificateAuthority: authority, clientCertificate: () => this.#shown.agents },
        }),
        resolver: this.#resolver,
        aggregation: this.#aggregation,
        healthChecks: [
          {
            name: "poststarthook/rbac/bootstrap-roles",
            check: () => (this.#synced ? undefined : "not synced"),
          },
          ...aggregationChecks(() => this.#aggregates),
          ...(this.#options.healthChecks ?? []),
        ],
        log: this.#context.log.child({ component: "apiserver" }),
        metrics: this.metrics,
        clock: this.#clock,
        signal: this.#context.signal,
      },
    );
  }

  #admission() {
    const { authorizer } = this.access;
    const context = {
      client: this.#own,
      informers: this.informers,
      clock: this.#clock,
      authorizer,
      resources: this.#resources,
      webhooks: new WebhookMetrics(this.metrics),
      podSecurity: new PodSecurityMetrics(this.metrics),
    };
    return admissionPlugins(context, this.#options.admission);
  }

  #synced = false;
  #aggregates = false;

  /** The first TCP port that it listens on. */
  get port(): number {
    const [address] = this.apiServer.addresses.filter((one) => "port" in one);
    return address && "port" in address ? address.port : 0;
  }

  /** A client in this process that may do everything: for tests and the composition itself. */
  get client(): Client {
    return createClient(this.apiServer.transport(loopbackUser, "kubets"));
  }

  #contextFor(name: string, user: User, userAgent: string): ComponentContext {
    return this.#contextOf(name, createClient(this.apiServer.transport(user, userAgent)));
  }

  #contextOf(name: string, client: Client): ComponentContext {
    return {
      client,
      informers: this.informers,
      log: this.#context.log.child({ component: name }),
      metrics: this.metrics,
      clock: this.#clock,
      signal: this.#context.signal,
    };
  }

  /** Resolves when the API answers and every controller works. */
  async start(): Promise<void> {
    await this.apiServer.start();
    if (!this.#options.withoutControllers) this.#components.push(...(await this.#makeComponents()));
    this.informers.start();
    await this.informers.waitForSync(this.#context.signal);
    this.#synced = true;
    await this.#aggregation.start();
    this.#aggregates = true;
    for (const component of this.#components) await component.start();
  }

  /** Who acts on what the API server is told. */
  async #makeComponents(): Promise<readonly Component[]> {
    // An API server alone, which suites of tests start by the hundred, does without them.
    const { controlPlaneComponents } = await import("./components.ts");
    return controlPlaneComponents(this.#options, {
      access: this.access,
      kinds: this.#kinds,
      resources: this.#resources,
      contextFor: (name, user, userAgent) => this.#contextFor(name, user, userAgent),
    });
  }

  /** In the reverse order of the start; the store last, and in any case. */
  async stop(): Promise<void> {
    const store = { name: "store", stop: () => this.#options.store.close() };
    const parts = [...this.#components.toReversed(), this.#aggregation, this.informers, this.apiServer, store];
    await stopAll(parts, { log: this.#context.log });
  }
}
