/** The Endpoints of a service go with it, before its deletion is answered: another service of that name does not begin with old addresses. */
import type { Logger } from "pino";
import { type corev1, isNotFound, type KubernetesObject, type ResourceInfo, resources } from "../../api/mod.ts";
import { ownOperation } from "../bootstrap/ensure.ts";
import { AdmissionChain } from "../registry/admission-chain.ts";
import type { WatchCache } from "../registry/cache/watch-cache.ts";
import { deleteObject } from "../registry/delete.ts";
import { ResourceStorage } from "../registry/resource-storage.ts";

export interface ServiceEndpointsOptions {
  readonly cache: WatchCache;
  readonly log: Logger;
  now(): number;
}

export class ServiceEndpoints {
  readonly #options: ServiceEndpointsOptions;
  /** Without admission: nobody asked for it. */
  readonly #storage: ResourceStorage;

  constructor(options: ServiceEndpointsOptions) {
    const resource = resources.endpoints as unknown as ResourceInfo<KubernetesObject>;
    this.#options = options;
    this.#storage = new ResourceStorage({
      strategy: { resource },
      cache: options.cache,
      admission: new AdmissionChain([]),
    });
  }

  /** Finalizers of theirs are waited for by nobody. */
  async leave({ metadata: { name, namespace } }: corev1.Service): Promise<void> {
    const { log, now } = this.#options;
    const operation = ownOperation({ metadata: { name, namespace: namespace! } }, now());
    try {
      await deleteObject(this.#storage, operation, { dryRun: false });
    } catch (error) {
      if (!isNotFound(error))
        log.warn({ err: error, name, namespace }, "the endpoints of a service could not be deleted");
    }
  }
}
