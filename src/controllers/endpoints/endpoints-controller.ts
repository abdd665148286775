/** Writes the v1 Endpoints of every Service that has a selector. */
import { type corev1, ignoreNotFound, isAlreadyExists, isNamespaceTerminating, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { keyOf, splitKey } from "../support/object.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { hasSelector, isHeadless, podHandler, podsOf } from "./service-pods.ts";
import { countAddresses, maxAddresses, subsetsOf, truncateSubsets } from "./subsets.ts";
import { triggerTime, triggerTimeAnnotation } from "./trigger-time.ts";

export const managedByLabel = "endpoints.kubernetes.io/managed-by";
export const managedByValue = "endpoint-controller";
const headlessLabel = "service.kubernetes.io/headless";
const overCapacityAnnotation = "endpoints.kubernetes.io/over-capacity";
/** Left behind by leader elections of old; such objects are nobody's endpoints. */
const leaderAnnotation = "control-plane.alpha.kubernetes.io/leader";

export class EndpointsController extends QueueController {
  readonly #services: Informer<corev1.Service>;
  readonly #pods: Informer<corev1.Pod>;
  readonly #endpoints: Informer<corev1.Endpoints>;
  /** How many pods each service had when it was last looked at. */
  readonly #sizes = new Map<string, number>();

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("endpoints-controller", context, options);
    this.#services = this.watchOwn(resources.services);
    this.#pods = this.watch(
      resources.pods,
      podHandler(this.#services.lister, (service) => this.#enqueueService(keyOf(service))),
    );
    const enqueue = (endpoints: corev1.Endpoints) => this.enqueue(endpoints);
    this.#endpoints = this.watch(resources.endpoints, { add: enqueue, delete: enqueue });
  }

  #enqueueService(key: string): void {
    this.enqueueSized(key, this.#sizes.get(key) ?? 0);
  }

  protected override async reconcile(key: string): Promise<undefined> {
    const { namespace, name } = splitKey(key);
    const service = this.#services.lister.get(name, namespace);
    const present = this.#endpoints.lister.get(name, namespace);
    if (service === undefined) {
      this.#sizes.delete(key);
      return this.#removeOrphan(present);
    }
    if (!hasSelector(service)) return;
    const pods = podsOf(service, this.#pods.lister);
    this.#sizes.set(key, pods.length);
    const desired = desiredEndpoints(service, pods, present);
    if (present !== undefined && isCurrent(present, desired)) return;
    await this.#write(desired, present);
  }

  /** The service is gone: what this controller wrote for it goes too. Custom endpoints without a service are their author's. */
  async #removeOrphan(present: corev1.Endpoints | undefined): Promise<undefined> {
    if (present?.metadata.labels?.[managedByLabel] !== managedByValue) return;
    const { name, namespace } = present.metadata;
    await this.context.client.resource(resources.endpoints).delete(name, { namespace }).catch(ignoreNotFound);
  }

  async #write(desired: corev1.Endpoints, present: corev1.Endpoints | undefined): Promise<void> {
    const endpoints = this.context.client.resource(resources.endpoints);
    try {
      if (present === undefined) await endpoints.create(desired, { namespace: desired.metadata.namespace });
      else await endpoints.update(desired);
    } catch (error) {
      // The cache will show the one that exists, or the namespace go away.
      if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
    }
  }
}

function desiredEndpoints(
  service: corev1.Service,
  pods: readonly corev1.Pod[],
  present: corev1.Endpoints | undefined,
): corev1.Endpoints {
  const all = subsetsOf(service, pods);
  const isOver = countAddresses(all) > maxAddresses;
  const subsets = isOver ? truncateSubsets(all) : all;
  const { [headlessLabel]: _, ...labels } = service.metadata.labels ?? {};
  const { [overCapacityAnnotation]: __, ...annotations } = present?.metadata.annotations ?? {};
  if (isOver) annotations[overCapacityAnnotation] = "truncated";
  annotations[triggerTimeAnnotation] = triggerTime(service, pods);
  const { namespace, name } = service.metadata;
  const { annotations: ___, ...metadata } = present?.metadata ?? { name, namespace };
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      ...(metadata as corev1.Endpoints["metadata"]),
      labels: { ...labels, ...(isHeadless(service) ? { [headlessLabel]: "" } : {}), [managedByLabel]: managedByValue },
      annotations,
    },
    ...(subsets.length > 0 ? { subsets } : {}),
  };
}

function isCurrent(present: corev1.Endpoints, desired: corev1.Endpoints): boolean {
  if (present.metadata.annotations?.[leaderAnnotation] !== undefined) return true;
  return (
    semanticallyEqual(present.subsets, desired.subsets) &&
    semanticallyEqual(present.metadata.labels, desired.metadata.labels) &&
    present.metadata.annotations?.[overCapacityAnnotation] === desired.metadata.annotations?.[overCapacityAnnotation]
  );
}
