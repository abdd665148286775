/** Asks the servers behind this one what they serve: when their APIService changes, and every minute. */
import { isDeepStrictEqual } from "node:util";
import { type Component, type ComponentContext, ControllerLoop } from "../../client/mod.ts";
import type { Priority, RemoteCatalogue, RemoteGroupVersion } from "../discovery/merged-groups.ts";
import { aggregatorUser } from "./availability-controller.ts";
import { fetchJson } from "./fetch-json.ts";
import { isAvailable, type RegisteredServices, type RemoteVersion } from "./registered-services.ts";
import { entriesOf, entriesOfList } from "./remote-document.ts";

const againAfterMs = 60_000;
const documentTypes = ["v2", "v2beta1"].map(
  (version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
);

export class RemoteDiscovery implements Component, RemoteCatalogue {
  readonly name = "apiservice-discovery";
  readonly #registered: RegisteredServices;
  readonly #signal: AbortSignal;
  readonly #loop: ControllerLoop;
  /** What each server has last said, by name of its APIService. */
  readonly #known = new Map<string, RemoteGroupVersion>();
  #changes = 0;

  constructor(registered: RegisteredServices, { log, clock, signal }: ComponentContext) {
    this.#registered = registered;
    this.#signal = signal;
    this.#loop = new ControllerLoop({ name: this.name, log, clock, reconcile: (name) => this.#reconcile(name) });
    const enqueue = ({ metadata }: { metadata: { name: string } }) => this.#loop.queue.add(metadata.name);
    registered.informer.addHandler({ add: enqueue, update: enqueue, delete: enqueue });
  }

  async start(): Promise<void> {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  get generation(): number {
    return this.#registered.generation + this.#changes;
  }

  remoteVersions(): readonly RemoteGroupVersion[] {
    return this.#registered.remotes().map(({ service: { metadata, spec } }) => {
      const { group = "", version = "" } = spec;
      return this.#known.get(metadata.name) ?? { group, version, resources: [], stale: true };
    });
  }

  priorityOf(group: string, version: string): Priority | undefined {
    return this.#registered.priorityOf(group, version);
  }

  async #reconcile(name: string): Promise<number | undefined> {
    const service = this.#registered.informer.lister.get(name);
    const { group = "", version = "" } = service?.spec ?? {};
    const remote = this.#registered.find(group, version);
    if (!service || !remote) {
      this.#known.delete(name);
      return undefined;
    }
    const resources = isAvailable(service) ? await this.#ask(remote, group, version) : undefined;
    const present = this.#known.get(name);
    const stale = resources === undefined;
    const next = { group, version, resources: resources ?? present?.resources ?? [], stale };
    if (!isDeepStrictEqual(next, present)) {
      this.#known.set(name, next);
      this.#changes++;
    }
    return againAfterMs;
  }

  async #ask({ server }: RemoteVersion, group: string, version: string): Promise<readonly object[] | undefined> {
    const of = { group, version };
    const request = { user: aggregatorUser, signal: this.#signal };
    try {
      const { body, contentType } = await fetchJson(server, "/apis", { ...request, accept: documentTypes.join(",") });
      if (contentType.includes("APIGroupDiscoveryList")) return entriesOf(body, of);
    } catch {
      // Older servers refuse what they do not know: they are asked in the old way.
    }
    try {
      const { body } = await fetchJson(server, `/apis/${group}/${version}`, { ...request, accept: "application/json" });
      return entriesOfList(body as object, of);
    } catch {
      return undefined;
    }
  }
}
