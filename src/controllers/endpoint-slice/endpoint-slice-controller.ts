/** Writes the EndpointSlices of every Service that has a selector. */
import { type corev1, type discoveryv1, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { hasSelector, podHandler, podsOf } from "../endpoints/service-pods.ts";
import { triggerTime } from "../endpoints/trigger-time.ts";
import { isDeleting, keyOf, splitKey } from "../support/object.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { type AddressType, desiredGroups } from "./desired-endpoints.ts";
import { sliceNeedsUpdate, sliceOwner, sliceOwnerKey } from "./slice-object.ts";
import { planSlices } from "./slice-plan.ts";
import { SliceWriter } from "./slice-writer.ts";

export const managedByValue = "endpointslice-controller.k8s.io";
const serviceIndex = "endpointslice-service";
/** The event of an own write normally comes first; this is for one that got lost. */
const waitMs = 1_000;

export class EndpointSliceController extends QueueController {
  readonly #services: Informer<corev1.Service>;
  readonly #pods: Informer<corev1.Pod>;
  readonly #nodes: Informer<corev1.Node>;
  readonly #slices: Informer<discoveryv1.EndpointSlice>;
  readonly #writer: SliceWriter;
  /** How many pods each service had when it was last looked at. */
  readonly #sizes = new Map<string, number>();

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("endpointslice-controller", context, options);
    this.#services = this.watchOwn(resources.services);
    this.#nodes = this.watch(resources.nodes);
    this.#pods = this.watch(
      resources.pods,
      podHandler(this.#services.lister, (service) => this.#enqueueService(keyOf(service))),
    );
    this.#slices = this.watch(resources.endpointslices, {
      add: (slice) => this.#sawSlice(slice),
      update: (slice) => this.#sawSlice(slice),
      delete: (slice) => {
        this.#writer.gone(sliceOwnerKey(slice, managedByValue) ?? "", slice);
        this.#sawSlice(slice);
      },
    });
    this.#writer = new SliceWriter({ client: context.client, clock: context.clock, slices: this.#slices });
    this.#slices.addIndex(serviceIndex, (slice) => {
      const key = sliceOwnerKey(slice, managedByValue);
      return key === undefined ? [] : [key];
    });
  }

  #enqueueService(key: string): void {
    this.enqueueSized(key, this.#sizes.get(key) ?? 0);
  }

  #sawSlice(slice: discoveryv1.EndpointSlice): void {
    const key = sliceOwnerKey(slice, managedByValue);
    if (key !== undefined) this.queue.add(key);
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const service = this.#services.lister.get(name, namespace);
    if (service === undefined) {
      this.#writer.forget(key);
      this.#sizes.delete(key);
      return;
    }
    if (!hasSelector(service) || isDeleting(service) || service.spec.type === "ExternalName") return;
    if (this.#writer.isWaiting(key)) return waitMs;
    const slices = this.#slices.lister.byIndex(serviceIndex, key).filter((slice) => !isDeleting(slice));
    const types = addressTypesOf(service);
    for (const addressType of types) await this.#apply(service, addressType, slices);
    const unwanted = slices.filter((slice) => !types.includes(slice.addressType as AddressType));
    await Promise.all(unwanted.map((slice) => this.#writer.delete(slice)));
    return undefined;
  }

  async #apply(
    service: corev1.Service,
    addressType: AddressType,
    all: readonly discoveryv1.EndpointSlice[],
  ): Promise<void> {
    const nodeOf = (name: string) => this.#nodes.lister.get(name);
    const pods = podsOf(service, this.#pods.lister);
    this.#sizes.set(keyOf(service), pods.length);
    const plan = planSlices({
      groups: desiredGroups({ service, pods, addressType, nodeOf }),
      slices: all.filter((slice) => slice.addressType === addressType),
      needsUpdate: (slice) => sliceNeedsUpdate(slice, service, managedByValue),
    });
    await this.#writer.write(sliceOwner(service, managedByValue, triggerTime(service, pods)), addressType, plan);
  }
}

function addressTypesOf(service: corev1.Service): AddressType[] {
  const families = (service.spec.ipFamilies ?? []).filter((family) => family === "IPv4" || family === "IPv6");
  return families.length > 0 ? families : ["IPv4"];
}
