/** API servers behind this one: finds who answers a request, passes it on, and shows what they serve as if it were served here. */
import type { KeyPair } from "../../auth/mod.ts";
import type { Component, ComponentContext, ServiceResolver } from "../../client/mod.ts";
import type { RemoteApis, RemoteHandler } from "../request/remote-apis.ts";
import { AutoRegistration } from "./auto-registration.ts";
import { AvailabilityController } from "./availability-controller.ts";
import { proxyExchange, proxyUpgradeTo } from "./proxy.ts";
import { RegisteredServices } from "./registered-services.ts";
import { RemoteDiscovery } from "./remote-discovery.ts";
import { RemoteOpenApi } from "./remote-openapi.ts";

export interface AggregationOptions {
  /** Answers what extension servers are shown now: of the authority that `extension-apiserver-authentication` names. */
  frontProxy(): KeyPair;
  readonly resolver: ServiceResolver;
}

export class Aggregation implements Component, RemoteApis {
  readonly name = "aggregation";
  readonly discovery: RemoteDiscovery;
  readonly openApi: RemoteOpenApi;
  readonly #registered: RegisteredServices;
  readonly #parts: readonly Component[];
  readonly #aborter = new AbortController();

  constructor({ frontProxy, resolver }: AggregationOptions, context: ComponentContext) {
    const { informers, clock } = context;
    // A server that is about to end with this one may keep its answers back.
    const signal = AbortSignal.any([context.signal, this.#aborter.signal]);
    const own = { ...context, signal };
    const registered = new RegisteredServices(informers, { frontProxy, resolver });
    this.#registered = registered;
    this.discovery = new RemoteDiscovery(registered, own);
    this.openApi = new RemoteOpenApi(registered, { signal, now: () => clock.now() });
    this.#parts = [new AvailabilityController(registered, own), new AutoRegistration(registered, own)];
  }

  async start(): Promise<void> {
    for (const part of [...this.#parts, this.discovery]) await part.start();
  }

  async stop(): Promise<void> {
    this.#aborter.abort();
    for (const part of [...this.#parts, this.discovery]) await part.stop();
    this.#registered.close();
  }

  find(path: string): RemoteHandler | undefined {
    if (!path.startsWith("/apis/")) return undefined;
    const [, , group = "", version = ""] = path.split("/", 4);
    const remote = this.#registered.find(group, version);
    return (
      remote && {
        serve: (user, exchange) => proxyExchange(remote, user, exchange),
        upgrade: (user, exchange) => proxyUpgradeTo(remote, user, exchange),
      }
    );
  }
}
