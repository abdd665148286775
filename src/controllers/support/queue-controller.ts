/** The frame of every controller: informers asked for at construction, one queue of keys, workers between start and stop. */
import { builtInResources, type KubernetesObject, type ResourceCatalogue, type ResourceInfo } from "../../api/mod.ts";
import {
  type Component,
  type ComponentContext,
  ControllerLoop,
  type EventHandler,
  type Informer,
  type InformerOptions,
  type WorkQueue,
} from "../../client/mod.ts";
import { keyOf } from "./object.ts";

export interface QueueControllerOptions {
  /** Keys reconciled at a time. */
  readonly workers?: number;
  /** What the API server declares itself. Default: what is built in. */
  readonly resources?: ResourceCatalogue;
}

const partsPerMs = 20;
const mostBatchMs = 500;

export abstract class QueueController implements Component {
  readonly name: string;
  protected readonly context: ComponentContext;
  /** Resources of the API server itself; others are to be discovered. */
  protected readonly declared: ResourceCatalogue;
  readonly #loop: ControllerLoop;
  readonly #removals: (() => void)[] = [];

  constructor(name: string, context: ComponentContext, options: QueueControllerOptions = {}) {
    this.name = name;
    this.context = context;
    this.declared = options.resources ?? builtInResources;
    this.#loop = new ControllerLoop({
      name,
      log: context.log,
      clock: context.clock,
      metrics: context.metrics,
      workers: options.workers ?? 5,
      reconcile: (key) => this.reconcile(key),
    });
  }

  /** Moves one object towards what its spec says. A number asks to be called again after so many milliseconds. */
  protected abstract reconcile(key: string): Promise<number | undefined>;

  /** Runs once, after the caches are filled and before the first reconcile. */
  protected prepare(): Promise<void> | void {}

  protected get queue(): WorkQueue {
    return this.#loop.queue;
  }

  protected get now(): number {
    return this.context.clock.now();
  }

  /** For what is measured: nobody sets it. */
  protected get monotonic(): number {
    return this.context.clock.monotonic();
  }

  protected enqueue(object: KubernetesObject): void {
    this.queue.add(keyOf(object));
  }

  /**
   * Enqueues what takes the longer to look at the larger it is: changes of large ones are answered together, so that a thousand pods turning
   * ready cost dozens of looks and not a thousand. Up to 20 parts there is no delay.
   */
  protected enqueueSized(key: string, parts: number): void {
    this.queue.addAfter(key, Math.min(mostBatchMs, Math.floor(parts / partsPerMs)));
  }

  /** The shared informer of a resource, with this handler until `stop`. */
  protected watch<T extends KubernetesObject>(
    resource: ResourceInfo<T>,
    handler: EventHandler<T> = {},
    options: InformerOptions = {},
  ): Informer<T> {
    const informer = this.context.informers.informer(resource, options);
    this.#removals.push(informer.addHandler(handler));
    return informer;
  }

  /** The shared informer of the resource that this controller is about: every change enqueues the object itself. */
  protected watchOwn<T extends KubernetesObject>(resource: ResourceInfo<T>): Informer<T> {
    const enqueue = (object: T) => this.enqueue(object);
    return this.watch(resource, { add: enqueue, update: enqueue, delete: enqueue });
  }

  async start(): Promise<void> {
    await this.context.informers.waitForSync(this.context.signal);
    await this.prepare();
    this.#loop.start();
  }

  async stop(): Promise<void> {
    for (const remove of this.#removals.splice(0)) remove();
    await this.#loop.stop();
  }
}
