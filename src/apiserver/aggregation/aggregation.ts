/** API servers behind this one: finds who answers a request, passes it on, and shows what they serve as if it were served here. */
import type { KeyPair } from "../../auth/mod.ts";
import type { Component, ComponentContext, ServiceResolver } from "../../client/mod.ts";
import type { RemoteApis, RemoteHandler } from "../request/remote-apis.ts";
import { AutoRegistration } from "./auto-registration.ts";
import { AvailabilityController } from "./availability-controller.ts";
import { proxyExchange, proxyUpgradeTo } from "./proxy.ts";
import { RegisteredServices } from "./registered-services.ts";

export interface AggregationOptions {
  /** What extension servers are shown: of the authority that `extension-apiserver-authentication` names. */
  readonly frontProxy: KeyPair;
  readonly resolver: ServiceResolver;
}

export class Aggregation implements Component, RemoteApis {
  readonly name = "aggregation";
  readonly registered: RegisteredServices;
  readonly #parts: readonly Component[];

  constructor({ frontProxy, resolver }: AggregationOptions, context: ComponentContext) {
    this.registered = new RegisteredServices(context.informers, { frontProxy, resolver });
    this.#parts = [
      new AvailabilityController(this.registered, context),
      new AutoRegistration(this.registered, context),
    ];
  }

  async start(): Promise<void> {
    for (const part of this.#parts) await part.start();
  }

  async stop(): Promise<void> {
    for (const part of this.#parts) await part.stop();
    this.registered.close();
  }

  find(path: string): RemoteHandler | undefined {
    if (!path.startsWith("/apis/")) return undefined;
    const [, , group = "", version = ""] = path.split("/", 4);
    const remote = this.registered.find(group, version);
    return (
      remote && {
        serve: (user, exchange) => proxyExchange(remote, user, exchange),
        upgrade: (user, exchange) => proxyUpgradeTo(remote, user, exchange),
      }
    );
  }
}
