/** Keeps a ServiceAccount `default` in every namespace that is not being deleted. */
import { type corev1, isAlreadyExists, isNamespaceTerminating, isNotFound, resources } from "../api/mod.ts";
import type { ComponentContext, Informer } from "../client/mod.ts";
import { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";

const accountName = "default";

export class ServiceAccountController extends QueueController {
  readonly #namespaces: Informer<corev1.Namespace>;
  readonly #accounts: Informer<corev1.ServiceAccount>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("serviceaccount-controller", context, options);
    const enqueue = (namespace: corev1.Namespace) => this.enqueue(namespace);
    this.#namespaces = this.watch(resources.namespaces, { add: enqueue, update: enqueue });
    this.#accounts = this.watch(resources.serviceaccounts, {
      delete: (account) => {
        if (account.metadata.name === accountName) this.queue.add(account.metadata.namespace);
      },
    });
  }

  protected override async reconcile(namespace: string): Promise<undefined> {
    if (this.#namespaces.lister.get(namespace)?.status?.phase !== "Active") return;
    if (this.#accounts.lister.get(accountName, namespace) !== undefined) return;
    try {
      const account = { metadata: { name: accountName, namespace } };
      await this.context.client.resource(resources.serviceaccounts).create(account, { namespace });
    } catch (error) {
      if (!isAlreadyExists(error) && !isNamespaceTerminating(error) && !isNotFound(error)) throw error;
    }
  }
}
