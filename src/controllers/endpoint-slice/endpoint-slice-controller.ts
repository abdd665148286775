/** Writes the EndpointSlices of every Service that has a selector. */
import {
  type corev1,
  type discoveryv1,
  isAlreadyExists,
  isNamespaceTerminating,
  isNotFound,
  resources,
} from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { endpointChanged, hasSelector, labelsChanged, podsOf, servicesOf } from "../endpoints/service-pods.ts";
import { isDeleting, joinKey, splitKey } from "../support/object.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { UnseenWrites } from "../support/unseen-writes.ts";
import { type AddressType, desiredGroups } from "./desired-endpoints.ts";
import { managedByLabel, newSlice, serviceNameLabel, sliceMetadata, sliceNeedsUpdate } from "./slice-object.ts";
import { planSlices, type SlicePlan } from "./slice-plan.ts";

export const managedByValue = "endpointslice-controller.k8s.io";
const serviceIndex = "endpointslice-service";
/** The event of an own write normally comes first; this is for one that got lost. */
const waitMs = 1_000;

export class EndpointSliceController extends QueueController {
  readonly #services: Informer<corev1.Service>;
  readonly #pods: Informer<corev1.Pod>;
  readonly #nodes: Informer<corev1.Node>;
  readonly #slices: Informer<discoveryv1.EndpointSlice>;
  readonly #unseen: UnseenWrites;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("endpointslice-controller", context, options);
    this.#services = this.watchOwn(resources.services);
    this.#nodes = this.watch(resources.nodes);
    this.#pods = this.watch(resources.pods, {
      add: (pod) => this.#enqueueServices(pod),
      update: (pod, old) => {
        if (!endpointChanged(pod, old)) return;
        this.#enqueueServices(pod);
        if (labelsChanged(pod, old)) this.#enqueueServices(old);
      },
      delete: (pod) => this.#enqueueServices(pod),
    });
    this.#slices = this.watch(resources.endpointslices, {
      add: (slice) => this.#sawSlice(slice),
      update: (slice) => this.#sawSlice(slice),
      delete: (slice) => {
        this.#unseen.gone(managedServiceOf(slice) ?? "", slice);
        this.#sawSlice(slice);
      },
    });
    this.#unseen = new UnseenWrites(context.clock, this.#slices.lister);
    this.#slices.addIndex(serviceIndex, (slice) => {
      const key = managedServiceOf(slice);
      return key === undefined ? [] : [key];
    });
  }

  #enqueueServices(pod: corev1.Pod): void {
    for (const service of servicesOf(pod, this.#services.lister)) this.enqueue(service);
  }

  #sawSlice(slice: discoveryv1.EndpointSlice): void {
    const key = managedServiceOf(slice);
    if (key !== undefined) this.queue.add(key);
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const service = this.#services.lister.get(name, namespace);
    if (service === undefined) {
      this.#unseen.forget(key);
      return;
    }
    if (!hasSelector(service) || isDeleting(service) || service.spec.type === "ExternalName") return;
    if (this.#unseen.isWaiting(key)) return waitMs;
    const slices = this.#slices.lister.byIndex(serviceIndex, key).filter((slice) => !isDeleting(slice));
    const types = addressTypesOf(service);
    for (const addressType of types) await this.#apply(key, service, addressType, slices);
    const unwanted = slices.filter((slice) => !types.includes(slice.addressType as AddressType));
    await Promise.all(unwanted.map((slice) => this.#delete(slice)));
    return undefined;
  }

  async #apply(
    key: string,
    service: corev1.Service,
    addressType: AddressType,
    all: readonly discoveryv1.EndpointSlice[],
  ): Promise<void> {
    const nodeOf = (name: string) => this.#nodes.lister.get(name);
    const pods = podsOf(service, this.#pods.lister);
    const plan = planSlices({
      groups: desiredGroups({ service, pods, addressType, nodeOf }),
      slices: all.filter((slice) => slice.addressType === addressType),
      needsUpdate: (slice) => sliceNeedsUpdate(slice, service, managedByValue),
    });
    await this.#write(key, service, addressType, plan);
  }

  async #write(key: string, service: corev1.Service, addressType: AddressType, plan: SlicePlan): Promise<void> {
    const client = this.context.client.resource(resources.endpointslices);
    const creates = plan.creates.map(async (content) => {
      const draft = newSlice(service, managedByValue, addressType, content);
      await this.#record(key, () => client.create(draft, { namespace: service.metadata.namespace }));
    });
    const updates = plan.updates.map(async ({ slice, content }) => {
      const metadata = { ...slice.metadata, ...sliceMetadata(slice, service, managedByValue) };
      const endpoints = [...content.endpoints];
      await this.#record(key, () => client.update({ ...slice, metadata, endpoints, ports: [...content.ports] }));
    });
    await Promise.all([...creates, ...updates, ...plan.deletes.map((slice) => this.#delete(slice))]);
  }

  async #record(key: string, write: () => Promise<discoveryv1.EndpointSlice>): Promise<void> {
    try {
      this.#unseen.wrote(key, await write());
    } catch (error) {
      if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
    }
  }

  async #delete(slice: discoveryv1.EndpointSlice): Promise<void> {
    const { name, namespace } = slice.metadata;
    try {
      await this.context.client.resource(resources.endpointslices).delete(name, { namespace });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** The key of the service whose slice this controller wrote; undefined for slices of others. */
function managedServiceOf(slice: discoveryv1.EndpointSlice): string | undefined {
  const labels = slice.metadata.labels ?? {};
  const name = labels[serviceNameLabel];
  if (labels[managedByLabel] !== managedByValue || !name) return undefined;
  return joinKey(slice.metadata.namespace, name);
}

function addressTypesOf(service: corev1.Service): AddressType[] {
  const families = (service.spec.ipFamilies ?? []).filter((family) => family === "IPv4" || family === "IPv6");
  return families.length > 0 ? families : ["IPv4"];
}
