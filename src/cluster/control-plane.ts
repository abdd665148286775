/**
 * The control plane in one process: store, API server, controllers, scheduler. Everything behind the API server speaks to it through a
 * client in process, so nothing is encoded between them.
 */
import type { Logger } from "pino";
import { type AdmissionOptions, admissionPlugins, policyTypeWarnings, quotaRules } from "../admission/mod.ts";
import { builtInResources, type ResourceCatalogue } from "../api/mod.ts";
import {
  Aggregation,
  ApiServer,
  Audit,
  AuditLog,
  AuditSinks,
  AuditWebhook,
  type AuditWebhookLimits,
  addTokenMetrics,
  aggregationChecks,
  type HealthCheck,
  PodSecurityMetrics,
  readAuditPolicy,
  streamingConnections,
  WebhookMetrics,
} from "../apiserver/mod.ts";
import { Group, type KeyPair, type LegacyTokenRequest, type Pki, type User } from "../auth/mod.ts";
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
import { addressAt, dnsAddress, NodeIpam } from "../network/narrow.ts";
import type { Store } from "../store/mod.ts";
import { type AccessControl, accessControl, type ConfiguredAccess, configuredAccess } from "./access-control.ts";
import { AccessReload } from "./access-reload.ts";
import { CertificateRenewal, type Renewal } from "./certificate-renewal.ts";
import { deferredTransport } from "./deferred-transport.ts";
import { serverNames } from "./keys.ts";
import { metricsComponent, withoutMetrics } from "./metrics-component.ts";
import { runtimeConfig } from "./runtime-config.ts";
import { stopAll } from "./stop-all.ts";
import { clusterTrust, type Trust } from "./trust.ts";

export interface ControlPlaneOptions {
  readonly pki: Pki;
  readonly store: Store;
  readonly listen: readonly ControlPlaneAddress[];
  /** Where nodes and pods reach the API. */
  readonly advertise: { readonly host: string; readonly port: number };
  readonly serviceCidr: string;
  /** Ports of Services on nodes; default 30000 to 32767. */
  readonly nodePorts?: { readonly first: number; readonly last: number };
  readonly podCidr: string;
  readonly legacyApis: boolean;
  /** Groups and versions that are served beside the usual ones: `storagemigration.k8s.io/v1beta1=true`. */
  readonly runtimeConfig?: string;
  /** It runs in the fabric's network namespace, and keeps the routes to pods and the rules of Services there. */
  readonly inFabric: boolean;
  /** Nodes without containers, in this process. */
  readonly simulated: { readonly count: number; readonly prefix: string };
  /** The API server alone: nothing acts on what it is told. */
  readonly withoutControllers?: boolean;
  /** Nobody answers for `metrics.k8s.io`. */
  readonly withoutMetricsServer?: boolean;
  /** Whom to believe, where it is not what the keys of `pki` say. */
  readonly trust?: Trust;
  /** Who is let in and who decides, where no files say it. */
  readonly access?: ConfiguredAccess;
  /** Which admission plugins there are beside the usual ones, and which of those are not. */
  readonly admission?: AdmissionOptions;
  /** An AuthenticationConfiguration file; empty: none. */
  readonly authenticationConfig?: string;
  /** A kubeconfig file; empty: none. */
  readonly tokenWebhook?: string;
  /** An AuthorizationConfiguration file; empty: none. */
  readonly authorizationConfig?: string;
  /** Where spans of requests go; none: nowhere. */
  readonly tracing?: { readonly endpoint: string; readonly ratio: number; readonly socketPath?: string };
  /** Certificates to be renewed beside the control plane's own. */
  readonly renewals?: readonly Renewal[];
  /** Beside the control plane's own. */
  readonly healthChecks?: readonly HealthCheck[];
  readonly audit?: AuditFiles;
}

/** Files: what is written down, where, and the kubeconfig of the webhook that is told as well (empty or absent: none). */
export interface AuditFiles {
  readonly policy: string;
  readonly log: string;
  readonly webhook?: string;
  readonly webhookLimits?: AuditWebhookLimits;
}

export type ControlPlaneAddress = { readonly descriptor: number } | { readonly host: string; readonly port: number };

export interface ControlPlaneContext {
  readonly log: Logger;
  readonly clock?: Clock;
  /** Default: one of its own. */
  readonly metrics?: Registry;
  readonly signal: AbortSignal;
}

/** Of the API server as a client. */
interface ShownCertificates {
  /** To node agents. */
  agents: KeyPair;
  /** To extension API servers. */
  frontProxy: KeyPair;
}

/** What had to be waited for before anything could be made. */
interface Prepared extends ShownCertificates {
  /** Of the API server, for its certificate. */
  readonly names: readonly string[];
  readonly trust: Trust;
  readonly access: ConfiguredAccess;
  /** Beside the built-in ones. */
  readonly kinds: readonly KindModule[];
}

const loopbackUser: User = { name: "system:apiserver", groups: [Group.masters] };
const controllerUser: User = { name: "system:kube-controller-manager", groups: [Group.masters] };
/** One identity for all of them: they are told apart by nothing but their names. */
const nodesUser: User = { name: "system:simulated-nodes", groups: [Group.masters] };
const metricsUser: User = { name: "system:serviceaccount:kube-system:metrics-server", groups: [Group.masters] };
const schedulerUser: User = { name: "system:kube-scheduler", groups: [Group.authenticated] };

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
    this.#shown = { agents: prepared.agents, frontProxy: prepared.frontProxy };
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
    const [agents, frontProxy] = [await options.pki.kubeletClient(), await options.pki.frontProxyClient()];
    const access = options.access ?? (await configuredAccess(options));
    const kinds = await servedKinds(runtimeConfig(options.runtimeConfig));
    return new ControlPlane(options, context, { names, trust, agents, frontProxy, access, kinds });
  }

  #renewal({ trust, names, agents, frontProxy }: Prepared): CertificateRenewal {
    const { pki, renewals = [] } = this.#options;
    const serving: Renewal = {
      what: "apiserver",
      current: trust.serving,
      renew: () => pki.server(names),
      use: (pair) => this.apiServer.useCertificate(pair),
    };
    const shown: Renewal[] = [
      {
        what: "apiserver-kubelet-client",
        current: agents,
        renew: () => pki.kubeletClient(),
        use: (pair) => (this.#shown.agents = pair),
      },
      {
        what: "front-proxy-client",
        current: frontProxy,
        renew: () => pki.frontProxyClient(),
        use: (pair) => (this.#shown.frontProxy = pair),
      },
    ];
    // What was given is renewed by who gave it.
    const own = this.#options.trust ? shown : [serving, ...shown];
    return new CertificateRenewal([...own, ...renewals], { clock: this.#clock, log: this.#context.log });
  }

  #accessReload({ authorization }: ConfiguredAccess): AccessReload {
    const context = { log: this.#context.log, metrics: this.metrics, clock: this.#clock };
    return new AccessReload(
      { files: this.#options, access: this.access, ...(authorization && { authorization }) },
      context,
    );
  }

  #makeApiServer({ trust }: Prepared): ApiServer {
    const { pki, store, listen, advertise, serviceCidr, nodePorts, legacyApis } = this.#options;
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
        ...this.#audit(),
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

  #audit(): { audit?: Audit } {
    const { audit } = this.#options;
    if (!audit) return {};
    const now = () => this.#clock.now();
    const { policy, log: path, webhook: kubeconfig, webhookLimits } = audit;
    const log = this.#context.log.child({ component: "audit" });
    const sink = new AuditSinks([
      ...(path ? [new AuditLog({ path, log, now })] : []),
      ...(kubeconfig ? [new AuditWebhook({ ...webhookLimits, kubeconfig, log })] : []),
    ]);
    return { audit: new Audit({ policy: readAuditPolicy(policy), sink, now }) };
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
    if (!this.#options.withoutControllers) await this.#addComponents();
    this.informers.start();
    await this.informers.waitForSync(this.#context.signal);
    this.#synced = true;
    await this.#aggregation.start();
    this.#aggregates = true;
    for (const component of this.#components) await component.start();
  }

  async #addComponents(): Promise<void> {
    const { pki, podCidr, serviceCidr, inFabric, simulated } = this.#options;
    const requestSigner = pki.clusterAuthority;
    const { legacyTokens } = this.access;
    const options = {
      rootCertificate: requestSigner.certificate,
      requestSigner,
      issueSecretToken: (request: LegacyTokenRequest) => legacyTokens.issue(request),
      quotaRules,
      policyTypeWarnings: (...[policy, definitions]: Parameters<typeof policyTypeWarnings>) =>
        policyTypeWarnings(policy, definitions, this.#resources),
      resources: this.#resources,
    };
    // An API server alone, which suites of tests start by the hundred, does without them.
    const [{ controllers }, { Scheduler }] = await Promise.all([
      import("../controllers/mod.ts"),
      import("../scheduler/mod.ts"),
    ]);
    const network = this.#contextFor("network", controllerUser, "kube-controller-manager");
    this.#components.push(new NodeIpam({ podNetwork: podCidr }, network));
    if (inFabric) {
      const { DnsService, NetworkAgent } = await import("../network/mod.ts");
      this.#components.push(new DnsService({ clusterIP: dnsAddress(serviceCidr) }, network));
      this.#components.push(new NetworkAgent({ podNetwork: podCidr }, network));
    }
    const added = this.#kinds.flatMap((kind) => kind.controllers ?? []);
    for (const entry of [...controllers, ...added])
      this.#components.push(
        entry.create(this.#contextFor(entry.name, controllerUser, "kube-controller-manager"), options),
      );
    this.#components.push(new Scheduler({}, this.#contextFor("scheduler", schedulerUser, "kube-scheduler")));
    if (simulated.count > 0) {
      // The node room is large; who has real nodes only does without it here.
      const { simulatedNodes } = await import("./simulated.ts");
      const nodes = this.#contextFor("node", nodesUser, "kubelet");
      this.#components.push(await simulatedNodes({ ...simulated, pki, serviceCidr }, nodes));
    }
    this.#components.push(this.#metrics());
  }

  #metrics(): Component {
    const { pki, inFabric, advertise, withoutMetricsServer } = this.#options;
    const context = this.#contextFor("metrics-server", metricsUser, "metrics-server");
    if (withoutMetricsServer) return withoutMetrics(context);
    return metricsComponent({ pki, ...(inFabric && { address: advertise.host }) }, context);
  }

  /** In the reverse order of the start; the store last, and in any case. */
  async stop(): Promise<void> {
    const store = { name: "store", stop: () => this.#options.store.close() };
    const parts = [...this.#components.toReversed(), this.#aggregation, this.informers, this.apiServer, store];
    await stopAll(parts, { log: this.#context.log });
  }
}
