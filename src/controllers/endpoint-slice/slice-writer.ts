/** Carries out a slice plan, and knows which of its writes the cache does not show yet. */
import {
  type discoveryv1,
  ignoreNotFound,
  isAlreadyExists,
  isNamespaceTerminating,
  type metav1,
  resources,
} from "../../api/mod.ts";
import type { Client, Clock, Informer } from "../../client/mod.ts";
import { UnseenWrites } from "../support/unseen-writes.ts";
import type { AddressType } from "./desired-endpoints.ts";
import type { SliceContent, SlicePlan } from "./slice-plan.ts";

/** What the slices of one owner have in common. */
export interface SliceOwner {
  /** The owner's queue key. */
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly reference: metav1.OwnerReference;
}

export interface SliceWriterOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly slices: Informer<discoveryv1.EndpointSlice>;
}

export class SliceWriter {
  readonly #client: Client;
  readonly #unseen: UnseenWrites;

  constructor(options: SliceWriterOptions) {
    this.#client = options.client;
    this.#unseen = new UnseenWrites(options.clock, options.slices.lister);
  }

  /** A plan made now would be made from slices that are out of date. */
  isWaiting(key: string): boolean {
    return this.#unseen.isWaiting(key);
  }

  forget(key: string): void {
    this.#unseen.forget(key);
  }

  gone(key: string, slice: discoveryv1.EndpointSlice): void {
    this.#unseen.gone(key, slice);
  }

  async write(owner: SliceOwner, addressType: AddressType, plan: SlicePlan): Promise<void> {
    const slices = this.#client.resource(resources.endpointslices);
    const creates = plan.creates.map((content) =>
      this.#record(owner.key, () =>
        slices.create(newSlice(owner, addressType, content), { namespace: owner.namespace }),
      ),
    );
    const updates = plan.updates.map(({ slice, content }) =>
      this.#record(owner.key, () => slices.update(changedSlice(owner, slice, content))),
    );
    await Promise.all([...creates, ...updates, ...plan.deletes.map((slice) => this.delete(slice))]);
  }

  async #record(key: string, write: () => Promise<discoveryv1.EndpointSlice>): Promise<void> {
    try {
      this.#unseen.wrote(key, await write());
    } catch (error) {
      if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
    }
  }

  async delete(slice: discoveryv1.EndpointSlice): Promise<void> {
    const { name, namespace } = slice.metadata;
    await this.#client.resource(resources.endpointslices).delete(name, { namespace }).catch(ignoreNotFound);
  }
}

function newSlice(owner: SliceOwner, addressType: AddressType, content: SliceContent) {
  const { name, namespace, labels, annotations, reference } = owner;
  return {
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels,
      ...(annotations ? { annotations } : {}),
      ownerReferences: [reference],
    },
    addressType,
    endpoints: [...content.endpoints],
    ...portsOf(content),
  };
}

/** Owners beside the controlling one stay. */
function changedSlice(
  owner: SliceOwner,
  slice: discoveryv1.EndpointSlice,
  content: SliceContent,
): discoveryv1.EndpointSlice {
  const others = (slice.metadata.ownerReferences ?? []).filter((one) => one.controller !== true);
  const { labels, annotations, reference } = owner;
  const metadata = { ...slice.metadata, labels, ownerReferences: [...others, reference] };
  const { ports: _, ...rest } = slice;
  return {
    ...rest,
    metadata: annotations === undefined ? metadata : { ...metadata, annotations },
    endpoints: [...content.endpoints],
    ...portsOf(content),
  };
}

function portsOf(content: SliceContent): Pick<discoveryv1.EndpointSlice, "ports"> {
  return content.ports.length > 0 ? { ports: [...content.ports] } : {};
}
