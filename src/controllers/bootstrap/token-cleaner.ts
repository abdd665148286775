/** Deletes bootstrap tokens whose time is over. */
import { type corev1, isConflict, isNotFound, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { isDeleting, splitKey } from "../support/object.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { bootstrapSecret, bootstrapSecrets } from "./bootstrap-secret.ts";

export class TokenCleaner extends QueueController {
  readonly #secrets: Informer<corev1.Secret>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("token-cleaner-controller", context, options);
    const enqueue = (secret: corev1.Secret) => this.enqueue(secret);
    this.#secrets = this.watch(resources.secrets, { add: enqueue, update: enqueue }, bootstrapSecrets);
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const secret = this.#secrets.lister.get(name, namespace);
    const expires = secret && !isDeleting(secret) ? bootstrapSecret(secret)?.expires : undefined;
    if (secret === undefined || expires === undefined) return undefined;
    if (expires > this.now) return expires - this.now;
    const { uid, resourceVersion } = secret.metadata;
    // The resource version as well: somebody may just have given it more time.
    const options = { namespace, preconditions: { uid, resourceVersion } };
    try {
      await this.context.client.resource(resources.secrets).delete(name, options);
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
    return undefined;
  }
}
