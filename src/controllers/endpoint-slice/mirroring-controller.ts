/** Mirrors Endpoints that people write for Services without a selector into slices, so that proxies need to read slices only. */
import { type corev1, type discoveryv1, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { hasSelector } from "../endpoints/service-pods.ts";
import { isDeleting, splitKey } from "../support/object.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import type { AddressType } from "./desired-endpoints.ts";
import { isMirrored, mirroredGroups, mirrorNeedsUpdate, mirrorOwner } from "./mirrored-endpoints.ts";
import { sliceOwnerKey } from "./slice-object.ts";
import { planSlices } from "./slice-plan.ts";
import { SliceWriter } from "./slice-writer.ts";

const managedByValue = "endpointslicemirroring-controller.k8s.io";
const endpointsIndex = "endpointslice-mirrored";
const addressTypes: readonly AddressType[] = ["IPv4", "IPv6"];
/** The event of an own write normally comes first; this is for one that got lost. */
const waitMs = 1_000;

export class EndpointSliceMirroringController extends QueueController {
  readonly #endpoints: Informer<corev1.Endpoints>;
  readonly #services: Informer<corev1.Service>;
  readonly #slices: Informer<discoveryv1.EndpointSlice>;
  readonly #writer: SliceWriter;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("endpointslice-mirroring-controller", context, options);
    this.#endpoints = this.watchOwn(resources.endpoints);
    this.#services = this.watchOwn(resources.services);
    const enqueue = (slice: discoveryv1.EndpointSlice) => {
      const key = sliceOwnerKey(slice, managedByValue);
      if (key !== undefined) this.queue.add(key);
    };
    this.#slices = this.watch(resources.endpointslices, {
      add: enqueue,
      update: enqueue,
      delete: (slice) => {
        this.#writer.gone(sliceOwnerKey(slice, managedByValue) ?? "", slice);
        enqueue(slice);
      },
    });
    this.#slices.addIndex(endpointsIndex, (slice) => {
      const key = sliceOwnerKey(slice, managedByValue);
      return key === undefined ? [] : [key];
    });
    this.#writer = new SliceWriter({ client: context.client, clock: context.clock, slices: this.#slices });
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const endpoints = this.#endpoints.lister.get(name, namespace);
    const service = this.#services.lister.get(name, namespace);
    const slices = this.#slices.lister.byIndex(endpointsIndex, key).filter((slice) => !isDeleting(slice));
    const isWanted = endpoints !== undefined && service !== undefined && !hasSelector(service) && isMirrored(endpoints);
    if (!isWanted) {
      this.#writer.forget(key);
      await Promise.all(slices.map((slice) => this.#writer.delete(slice)));
      return;
    }
    if (this.#writer.isWaiting(key)) return waitMs;
    for (const addressType of addressTypes) await this.#mirror(endpoints, addressType, slices);
    return undefined;
  }

  async #mirror(
    endpoints: corev1.Endpoints,
    addressType: AddressType,
    all: readonly discoveryv1.EndpointSlice[],
  ): Promise<void> {
    const slices = all.filter((slice) => slice.addressType === addressType);
    const groups = mirroredGroups(endpoints, addressType);
    if (groups.size === 0) {
      await Promise.all(slices.map((slice) => this.#writer.delete(slice)));
      return;
    }
    const owner = mirrorOwner(endpoints, managedByValue);
    const plan = planSlices({ groups, slices, needsUpdate: (slice) => mirrorNeedsUpdate(slice, owner) });
    await this.#writer.write(owner, addressType, plan);
  }
}
