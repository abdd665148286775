/** Removes certificate requests that are of no use any more: some time after they were answered, or were not. */
import { type certificatesv1, findCondition, ignoreNotFound, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { parseTime } from "../support/object.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";

type Request = certificatesv1.CertificateSigningRequest;

const answeredMs = 3600_000;
const pendingMs = 24 * 3600_000;

export class CertificateCleaningController extends QueueController {
  readonly #requests: Informer<Request>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("certificatesigningrequest-cleaner-controller", context, options);
    this.#requests = this.watchOwn(resources.certificatesigningrequests);
  }

  protected override async reconcile(name: string): Promise<number | undefined> {
    const request = this.#requests.lister.get(name);
    if (request === undefined) return;
    const left = expiryOf(request) - this.now;
    if (left > 0) return left;
    const { uid } = request.metadata;
    const requests = this.context.client.resource(resources.certificatesigningrequests);
    await requests.delete(name, { preconditions: { uid } }).catch(ignoreNotFound);
    return undefined;
  }
}

/** Milliseconds since the epoch after which nobody looks for the request any more. */
export function expiryOf(request: Request): number {
  const created = parseTime(request.metadata.creationTimestamp) + pendingMs;
  for (const type of ["Denied", "Failed", "Approved"]) {
    const condition = findCondition(request.status?.conditions, type);
    if (condition !== undefined) return Math.min(created, parseTime(condition.lastUpdateTime) + answeredMs);
  }
  return created;
}
