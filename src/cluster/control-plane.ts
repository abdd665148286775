/**
 * The control plane in one process: store, API server, controllers, scheduler. Everything behind the API server speaks to it through a
 * client in process, so nothing is encoded between them.
 */
import type { Logger } from "pino";
import { Registry } from "prom-client";
import { admissionPlugins } from "../admission/mod.ts";
import { ApiServer } from "../apiserver/mod.ts";
import { Group, type Pki, type User } from "../auth/mod.ts";
import {
  type Client,
  type Clock,
  type Component,
  type ComponentContext,
  createClient,
  SharedInformerFactory,
  systemClock,
} from "../client/mod.ts";
import { controllers } from "../controllers/mod.ts";
import { Scheduler } from "../scheduler/mod.ts";
import type { Store } from "../store/mod.ts";
import { type AccessControl, accessControl } from "./access-control.ts";
import { deferredTransport } from "./deferred-transport.ts";
import { adminToken, serverNames } from "./keys.ts";

export interface ControlPlaneOptions {
  readonly pki: Pki;
  readonly store: Store;
  readonly listen: readonly ControlPlaneAddress[];
  /** Where nodes and pods reach the API. */
  readonly advertise: { readonly host: string; readonly port: number };
  readonly serviceCidr: string;
  readonly podCidr: string;
  readonly legacyApis: boolean;
}

export type ControlPlaneAddress = { readonly descriptor: number } | { readonly host: string; readonly port: number };

export interface ControlPlaneContext {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly signal: AbortSignal;
}

const loopbackUser: User = { name: "system:apiserver", groups: [Group.masters] };
const controllerUser: User = { name: "system:kube-controller-manager", groups: [Group.masters] };
const schedulerUser: User = { name: "system:kube-scheduler", groups: [Group.authenticated] };

export class ControlPlane {
  readonly metrics = new Registry();
  readonly apiServer: ApiServer;
  readonly informers: SharedInformerFactory;
  readonly access: AccessControl;
  readonly #options: ControlPlaneOptions;
  readonly #context: ControlPlaneContext;
  readonly #clock: Clock;
  /** The API server's own way into itself. */
  readonly #own: Client;
  readonly #components: Component[] = [];

  private constructor(
    options: ControlPlaneOptions,
    context: ControlPlaneContext,
    certificate: { certificate: string; key: string },
  ) {
    this.#options = options;
    this.#context = context;
    this.#clock = context.clock ?? systemClock;
    const client = createClient(deferredTransport(() => this.apiServer.transport(loopbackUser, "kube-apiserver")));
    this.#own = client;
    this.informers = new SharedInformerFactory(client, { clock: this.#clock, log: context.log });
    this.access = accessControl({
      pki: options.pki,
      adminToken: adminToken(options.pki),
      informers: this.informers,
      client,
    });
    this.apiServer = this.#makeApiServer(certificate);
  }

  static async create(options: ControlPlaneOptions, context: ControlPlaneContext): Promise<ControlPlane> {
    const hosts = [
      options.advertise.host,
      ...options.listen.flatMap((address) => ("host" in address ? [address.host] : [])),
    ];
    return new ControlPlane(options, context, await options.pki.server(serverNames(hosts)));
  }

  #makeApiServer(certificate: { certificate: string; key: string }): ApiServer {
    const { pki, store, listen } = this.#options;
    return new ApiServer(
      { tls: { ...certificate, clientAuthorities: [pki.clusterAuthority.certificate] }, addresses: listen },
      {
        store,
        authenticators: this.access.authenticators,
        authorizer: this.access.authorizer,
        admission: admissionPlugins({ client: this.#own, informers: this.informers, clock: this.#clock }),
        healthChecks: [
          {
            name: "poststarthook/rbac/bootstrap-roles",
            readinessOnly: true,
            check: () => (this.#synced ? undefined : "not synced"),
          },
        ],
        log: this.#context.log.child({ component: "apiserver" }),
        metrics: this.metrics,
        clock: this.#clock,
        signal: this.#context.signal,
      },
    );
  }

  #synced = false;

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
    return {
      client: createClient(this.apiServer.transport(user, userAgent)),
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
    this.#addComponents();
    this.informers.start();
    await this.informers.waitForSync(this.#context.signal);
    this.#synced = true;
    for (const component of this.#components) await component.start();
  }

  #addComponents(): void {
    const options = { rootCertificate: this.#options.pki.clusterAuthority.certificate };
    for (const entry of controllers)
      this.#components.push(
        entry.create(this.#contextFor(entry.name, controllerUser, "kube-controller-manager"), options),
      );
    this.#components.push(new Scheduler({}, this.#contextFor("scheduler", schedulerUser, "kube-scheduler")));
  }

  /** In the reverse order of the start; the store last. */
  async stop(): Promise<void> {
    for (const component of this.#components.toReversed()) await component.stop();
    await this.informers.stop();
    await this.apiServer.stop();
    await this.#options.store.close();
  }
}
