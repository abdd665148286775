/** Empties namespaces that are being deleted, says in their status how far it is, and lets them go when nothing is left. */
import { type corev1, ignoreNotFound, isNotFound, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { isDeleting } from "../support/object.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { type ContentReport, terminationConditions } from "./conditions.ts";
import { deleteContent } from "./content.ts";

const finalizer = "kubernetes";
/** Between two looks at content that takes its time. Short: looking costs a few dozen reads of the server's cache. */
const recheckMs = 500;
const slowRecheckMs = 5_000;
/** Pods of a namespace go in numbers. */
const batchMs = 20;

export class NamespaceController extends QueueController {
  readonly #namespaces: Informer<corev1.Namespace>;
  /** When each namespace's content was first found to remain: waiting longer, it is looked at less often. */
  readonly #waitingSince = new Map<string, number>();

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("namespace-controller", context, { workers: 10, ...options });
    const enqueue = (namespace: corev1.Namespace) => {
      if (isDeleting(namespace)) this.enqueue(namespace);
    };
    this.#namespaces = this.watch(resources.namespaces, {
      add: enqueue,
      update: (namespace, old) => {
        // Its own status updates are no news.
        if (!isDeleting(old)) enqueue(namespace);
      },
      delete: (namespace) => this.#waitingSince.delete(namespace.metadata.name),
    });
    // Pods are what takes its time; the rest is looked for when the last one is gone.
    this.watch(resources.pods, { delete: (pod) => this.#podGone(pod) });
  }

  #podGone(pod: corev1.Pod): void {
    const namespace = this.#namespaces.lister.get(pod.metadata.namespace);
    if (namespace !== undefined && isDeleting(namespace)) this.queue.addAfter(namespace.metadata.name, batchMs);
  }

  protected override async reconcile(name: string): Promise<number | undefined> {
    const namespace = await this.#read(name);
    if (namespace === undefined || !isDeleting(namespace)) return;
    if (!(namespace.spec?.finalizers ?? []).includes(finalizer)) return;
    const report = await deleteContent(this.context.client, name, this.declared);
    const updated = await this.#writeStatus(namespace, report);
    if (!isEmpty(report)) return this.#recheckIn(name);
    await this.#finalize(updated);
    return undefined;
  }

  /** Past the cache: what is finalized must be the newest. */
  async #read(name: string): Promise<corev1.Namespace | undefined> {
    if (this.#namespaces.lister.get(name) === undefined) return undefined;
    try {
      return await this.context.client.resource(resources.namespaces).get(name);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #writeStatus(namespace: corev1.Namespace, report: ContentReport): Promise<corev1.Namespace> {
    const present = namespace.status?.conditions;
    const isUntouched = present === undefined && isEmpty(report);
    const conditions = terminationConditions(present, report, this.now);
    if (conditions === present || isUntouched) return namespace;
    const status = { ...namespace.status, phase: "Terminating" as const, conditions: [...conditions] };
    return await this.context.client.resource(resources.namespaces).updateStatus({ ...namespace, status });
  }

  #recheckIn(name: string): number {
    const since = this.#waitingSince.get(name) ?? this.monotonic;
    this.#waitingSince.set(name, since);
    return this.monotonic - since < slowRecheckMs ? recheckMs : slowRecheckMs;
  }

  async #finalize(namespace: corev1.Namespace): Promise<void> {
    const finalizers = (namespace.spec?.finalizers ?? []).filter((one) => one !== finalizer);
    const emptied = { ...namespace, spec: { ...namespace.spec, finalizers } };
    await this.context.client
      .resource(resources.namespaces)
      .update(emptied, { subresource: "finalize" })
      .catch(ignoreNotFound);
  }
}

function isEmpty(report: ContentReport): boolean {
  return report.discoveryErrors.length === 0 && report.deletionErrors.length === 0 && report.remaining.size === 0;
}
