/** Deletes Jobs some time after they have ended, where they ask for it. */
import { type batchv1, isConflict, isNotFound, resources } from "../api/mod.ts";
import type { ComponentContext, Informer } from "../client/mod.ts";
import { isDeleting, parseTime, splitKey } from "./support/object.ts";
import { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";

/** Until the cache has caught up with a change of the Job. */
const retryMs = 100;

export class TtlAfterFinishedController extends QueueController {
  readonly #jobs: Informer<batchv1.Job>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("ttl-after-finished-controller", context, options);
    const enqueue = (job: batchv1.Job) => {
      if (expiryOf(job) !== undefined) this.enqueue(job);
    };
    this.#jobs = this.watch(resources.jobs, { add: enqueue, update: enqueue });
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const job = this.#jobs.lister.get(name, namespace);
    const expiry = job === undefined ? undefined : expiryOf(job);
    if (job === undefined || expiry === undefined) return;
    if (expiry > this.now) return expiry - this.now;
    const { uid, resourceVersion } = job.metadata;
    // The resource version as well: a longer time to live may have been asked for in the meantime.
    const preconditions = { uid, resourceVersion };
    try {
      const options = { namespace, propagationPolicy: "Foreground", preconditions } as const;
      await this.context.client.resource(resources.jobs).delete(name, options);
    } catch (error) {
      if (isConflict(error)) return retryMs;
      if (!isNotFound(error)) throw error;
    }
    return undefined;
  }
}

/** Milliseconds since the epoch at which the Job may go; undefined where it runs, is going, or stays. */
export function expiryOf(job: batchv1.Job): number | undefined {
  const seconds = job.spec.ttlSecondsAfterFinished;
  if (seconds === undefined || isDeleting(job)) return undefined;
  const ended = job.status?.conditions?.find(
    (one) => (one.type === "Complete" || one.type === "Failed") && one.status === "True",
  );
  return ended === undefined ? undefined : parseTime(ended.lastTransitionTime) + seconds * 1000;
}
