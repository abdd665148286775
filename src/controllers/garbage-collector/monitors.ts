/**
 * Watches every resource that can be collected, and answers who owns whom. Owners are found through one index per cache, so that nothing is
 * kept twice: the caches are the graph.
 */
import type { KubernetesObject, ResourceCatalogue, ResourceInfo } from "../../api/mod.ts";
import { type ComponentContext, type Informer, SharedInformerFactory } from "../../client/mod.ts";
import { discoverResources, resourceKey, supports } from "../support/discovery.ts";

const ownerIndex = "owner-uid";
const pollMs = 20;
/** The graph needs no more of an object than who it is and whose. */
const ownership = { metadataOnly: true } as const;

export interface MonitorHandler {
  changed(resource: ResourceInfo<KubernetesObject>, object: KubernetesObject, old?: KubernetesObject): void;
  gone(resource: ResourceInfo<KubernetesObject>, object: KubernetesObject): void;
}

interface Monitor {
  readonly informer: Informer<KubernetesObject>;
  readonly stop: () => Promise<void>;
}

export interface Found {
  readonly resource: ResourceInfo<KubernetesObject>;
  readonly object: KubernetesObject;
}

export class Monitors {
  readonly #context: ComponentContext;
  readonly #declared: ResourceCatalogue;
  readonly #handler: MonitorHandler;
  readonly #monitors = new Map<string, Monitor>();
  readonly #byKind = new Map<string, string>();

  constructor(context: ComponentContext, declared: ResourceCatalogue, handler: MonitorHandler) {
    this.#context = context;
    this.#declared = declared;
    this.#handler = handler;
  }

  /** Asks the shared factory for the declared resources; custom ones are added by `refresh`. Calls the handler at once where caches are full. */
  watchDeclared(): void {
    for (const resource of this.#declared.all) {
      if (this.#isCollectable(resource))
        this.#add(resource, this.#context.informers.informer(resource, ownership), async () => {});
    }
  }

  /** Follows what custom resources come and go. Answers what could not be asked. */
  async refresh(): Promise<readonly string[]> {
    const { resources, errors } = await discoverResources(this.#context.client, this.#declared);
    const wanted = new Map(
      resources
        .filter((resource) => this.#isCollectable(resource))
        .map((resource) => [resourceKey(resource), resource]),
    );
    for (const [key, resource] of wanted) if (!this.#monitors.has(key)) this.#addCustom(resource);
    // A group that did not answer may still be there: its monitors stay.
    if (errors.length > 0) return errors;
    const withdrawn = [...this.#monitors.keys()].filter((key) => !wanted.has(key));
    await Promise.all(withdrawn.map((key) => this.#remove(key)));
    return errors;
  }

  /** Events age out by themselves. Of a kind with several versions the first is watched. */
  #isCollectable(resource: ResourceInfo<KubernetesObject>): boolean {
    if (resource.kind === "Event" || !supports(resource, "delete", "list", "watch")) return false;
    const first = this.#declared.all.find((other) => resourceKey(other) === resourceKey(resource));
    return first === undefined || first === resource;
  }

  /** Custom resources have caches of their own, which end with them. */
  #addCustom(resource: ResourceInfo<KubernetesObject>): void {
    const { client, clock, log } = this.#context;
    const factory = new SharedInformerFactory(client, { clock, log });
    this.#add(resource, factory.informer(resource, ownership), () => factory.stop());
    factory.start();
  }

  #add(
    resource: ResourceInfo<KubernetesObject>,
    informer: Informer<KubernetesObject>,
    stopInformer: () => Promise<void>,
  ): void {
    const key = resourceKey(resource);
    informer.addIndex(ownerIndex, (object) => object.metadata.ownerReferences?.map((owner) => owner.uid) ?? []);
    const removeHandler = informer.addHandler({
      add: (object) => this.#handler.changed(resource, object),
      update: (object, old) => this.#handler.changed(resource, object, old),
      delete: (object) => this.#handler.gone(resource, object),
    });
    const stop = () => {
      removeHandler();
      return stopInformer();
    };
    this.#monitors.set(key, { informer, stop });
    this.#byKind.set(kindKey(resource.group, resource.kind), key);
  }

  /** Resolves when every cache has its first list, or after `mostMs`: one resource that does not answer must not stop the collector. */
  async settled(mostMs: number): Promise<void> {
    const until = this.#context.clock.monotonic() + mostMs;
    while (
      this.#context.clock.monotonic() < until &&
      [...this.#monitors.values()].some(({ informer }) => !informer.hasSynced)
    ) {
      await new Promise<void>((resolve) => this.#context.clock.after(pollMs, resolve));
    }
  }

  async #remove(key: string): Promise<void> {
    const monitor = this.#monitors.get(key);
    if (monitor === undefined) return;
    this.#monitors.delete(key);
    this.#byKind.delete(kindKey(monitor.informer.resource.group, monitor.informer.resource.kind));
    await monitor.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#monitors.keys()].map((key) => this.#remove(key)));
  }

  monitor(key: string): Informer<KubernetesObject> | undefined {
    return this.#monitors.get(key)?.informer;
  }

  /** The resource behind an owner reference's apiVersion and kind; undefined for kinds that are not (yet) watched. */
  ofKind(apiVersion: string, kind: string): Informer<KubernetesObject> | undefined {
    const slash = apiVersion.indexOf("/");
    const key = this.#byKind.get(kindKey(slash < 0 ? "" : apiVersion.slice(0, slash), kind));
    return key === undefined ? undefined : this.monitor(key);
  }

  /** Every object that names this uid as an owner. */
  dependentsOf(uid: string): Found[] {
    const found: Found[] = [];
    for (const { informer } of this.#monitors.values()) {
      for (const object of informer.lister.byIndex(ownerIndex, uid))
        found.push({ resource: informer.resource, object });
    }
    return found;
  }
}

function kindKey(group: string, kind: string): string {
  return `${kind}.${group}`;
}
