/** Objects in memory behind the informer contract, for tests that are about the kernel and not about the API. */
import pino from "pino";
import type { KubernetesObject, ResourceInfo } from "../../api/mod.ts";
import {
  type Client,
  type ComponentContext,
  type EventHandler,
  type Informer,
  type InformerFactory,
  type Lister,
  systemClock,
} from "../../client/mod.ts";
import { Registry } from "../../client/prometheus.ts";

const keyOf = ({ metadata }: KubernetesObject) => `${metadata.namespace ?? ""}/${metadata.name}`;

class MemoryInformer<T extends KubernetesObject> implements Informer<T>, Lister<T> {
  readonly resource: ResourceInfo<T>;
  readonly hasSynced = true;
  readonly #objects = new Map<string, T>();
  readonly #handlers = new Set<EventHandler<T>>();
  readonly #indexes = new Map<string, (object: T) => readonly string[]>();

  constructor(resource: ResourceInfo<T>) {
    this.resource = resource;
  }

  get lister(): Lister<T> {
    return this;
  }

  get(name: string, namespace = ""): T | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  list(namespace?: string): readonly T[] {
    return [...this.#objects.values()].filter(
      ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
    );
  }

  byIndex(index: string, key: string): readonly T[] {
    return this.list().filter((object) => this.#indexes.get(index)!(object).includes(key));
  }

  addIndex(name: string, keys: (object: T) => readonly string[]): void {
    this.#indexes.set(name, keys);
  }

  addHandler(handler: EventHandler<T>): () => void {
    for (const object of this.list()) handler.add?.(object);
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  put(object: T): void {
    const old = this.#objects.get(keyOf(object));
    this.#objects.set(keyOf(object), object);
    for (const handler of this.#handlers) old ? handler.update?.(object, old) : handler.add?.(object);
  }

  remove(object: T): void {
    if (!this.#objects.delete(keyOf(object))) return;
    for (const handler of this.#handlers) handler.delete?.(object);
  }
}

export class MemoryObjects implements InformerFactory {
  readonly #informers = new Map<string, MemoryInformer<KubernetesObject>>();

  informer<T extends KubernetesObject>(resource: ResourceInfo<T>): Informer<T> {
    return this.#of(resource) as unknown as Informer<T>;
  }

  put<T extends KubernetesObject>(resource: ResourceInfo<T>, object: object): void {
    this.#of(resource).put(object as KubernetesObject);
  }

  remove<T extends KubernetesObject>(resource: ResourceInfo<T>, object: object): void {
    this.#of(resource).remove(object as KubernetesObject);
  }

  start(): void {}

  async waitForSync(): Promise<void> {}

  async stop(): Promise<void> {}

  #of(resource: ResourceInfo<never> | ResourceInfo<KubernetesObject>): MemoryInformer<KubernetesObject> {
    const known = this.#informers.get(resource.kind);
    if (known) return known;
    const informer = new MemoryInformer(resource as ResourceInfo<KubernetesObject>);
    this.#informers.set(resource.kind, informer);
    return informer;
  }
}

/** A context whose client refuses everything: for components that only read. */
export function readingContext(informers: InformerFactory): ComponentContext {
  const client = {
    resource: () => {
      throw new Error("this test has no API");
    },
  } as unknown as Client;
  const signal = new AbortController().signal;
  return { client, informers, signal, log: pino({ level: "silent" }), metrics: new Registry(), clock: systemClock };
}
