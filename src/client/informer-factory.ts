/** Shared informers: one for each resource and selection, however many components ask. */
import type { KubernetesObject, ResourceInfo } from "../api/mod.ts";
import type { Client, Informer, InformerFactory, InformerOptions } from "./contract.ts";
import { type ReflectorContext, SharedInformer } from "./informer.ts";

interface Running {
  readonly informer: SharedInformer<KubernetesObject>;
  done: Promise<void> | undefined;
}

export class SharedInformerFactory implements InformerFactory {
  readonly #client: Client;
  readonly #context: ReflectorContext;
  readonly #running = new Map<string, Running>();
  readonly #aborter = new AbortController();
  #started = false;

  constructor(client: Client, context: ReflectorContext) {
    this.#client = client;
    this.#context = context;
  }

  informer<T extends KubernetesObject>(resource: ResourceInfo<T>, options: InformerOptions = {}): Informer<T> {
    const whole = [
      resource.apiVersion,
      resource.resource,
      options.namespace,
      options.labelSelector,
      options.fieldSelector,
    ].join("|");
    const key = options.metadataOnly && !this.#running.has(whole) ? `${whole}|metadata` : whole;
    let running = this.#running.get(key);
    if (!running) {
      const made = new SharedInformer(resource, this.#client.resource(resource), options, this.#context);
      running = { informer: made as unknown as SharedInformer<KubernetesObject>, done: undefined };
      this.#running.set(key, running);
      if (this.#started) running.done = made.run(this.#aborter.signal);
    }
    return running.informer as unknown as Informer<T>;
  }

  start(): void {
    this.#started = true;
    for (const running of this.#running.values()) running.done ??= running.informer.run(this.#aborter.signal);
  }

  async waitForSync(signal?: AbortSignal): Promise<void> {
    const all = Promise.all([...this.#running.values()].map(({ informer }) => informer.waitForSync()));
    if (!signal) return void (await all);
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    // Thousands may wait with one signal, which lives on.
    await Promise.race([all, aborted]).finally(() => signal.removeEventListener("abort", abort));
  }

  async stop(): Promise<void> {
    this.#aborter.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }
}
