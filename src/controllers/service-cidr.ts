/** Keeps ServiceCIDRs (KEP-1880): ready while they are there, and not gone before the last address that only they cover. */
import { BlockList, isIPv6 } from "node:net";
import { findCondition, formatTime, isNotFound, type networkingv1, resources } from "../api/mod.ts";
import type { ComponentContext, Informer } from "../client/mod.ts";
import type { ConditionContent } from "./support/conditions.ts";
import { isDeleting, splitKey } from "./support/object.ts";
import { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";

const finalizer = "networking.k8s.io/service-cidr-finalizer";
const fieldManager = "service-cidr-controller";
const ready: ConditionContent = {
  type: "Ready",
  status: "True",
  reason: "",
  message: "Kubernetes Service CIDR is ready",
};
const terminating: ConditionContent = {
  type: "Ready",
  status: "False",
  reason: "Terminating",
  message: "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR",
};

export class ServiceCidrController extends QueueController {
  readonly #cidrs: Informer<networkingv1.ServiceCIDR>;
  readonly #addresses: Informer<networkingv1.IPAddress>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("service-cidr-controller", context, options);
    // One more may let another one go.
    const enqueueDeleting = () => this.#enqueueDeleting();
    this.#cidrs = this.watchOwn(resources.servicecidrs);
    this.watch(resources.servicecidrs, { add: enqueueDeleting, update: enqueueDeleting, delete: enqueueDeleting });
    this.#addresses = this.watch(resources.ipaddresses, { delete: enqueueDeleting });
  }

  #enqueueDeleting(): void {
    for (const cidr of this.#cidrs.lister.list()) if (isDeleting(cidr)) this.enqueue(cidr);
  }

  protected override async reconcile(key: string): Promise<undefined> {
    const { name } = splitKey(key);
    const cidr = this.#cidrs.lister.get(name);
    if (!cidr) return;
    try {
      if (isDeleting(cidr)) await this.#letGo(cidr);
      else await this.#keep(cidr);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #keep(cidr: networkingv1.ServiceCIDR): Promise<void> {
    const { metadata } = cidr;
    if (!metadata.finalizers?.includes(finalizer))
      await this.#setFinalizers(cidr, [...(metadata.finalizers ?? []), finalizer]);
    // The cluster's own range is told ready by the API server, in words of its own.
    if (findCondition(cidr.status?.conditions, "Ready")?.status !== "True") await this.#tell(cidr, ready);
  }

  async #letGo(cidr: networkingv1.ServiceCIDR): Promise<void> {
    const { finalizers = [] } = cidr.metadata;
    if (!finalizers.includes(finalizer)) return;
    if (this.#isNeeded(cidr)) await this.#tell(cidr, terminating);
    else
      await this.#setFinalizers(
        cidr,
        finalizers.filter((one) => one !== finalizer),
      );
  }

  /** An address lies in it that no other range covers. */
  #isNeeded(cidr: networkingv1.ServiceCIDR): boolean {
    const own = blocksOf([cidr]);
    const others = blocksOf(this.#cidrs.lister.list().filter((one) => one !== cidr && !isDeleting(one)));
    return this.#addresses.lister.list().some(({ metadata: { name } }) => covers(own, name) && !covers(others, name));
  }

  async #tell(cidr: networkingv1.ServiceCIDR, content: ConditionContent): Promise<void> {
    const present = findCondition(cidr.status?.conditions, "Ready");
    const { status, reason, message } = content;
    if (present?.status === status && present.reason === reason && present.message === message) return;
    const lastTransitionTime = present?.status === status ? present.lastTransitionTime : formatTime(this.now);
    const { apiVersion, kind, metadata } = cidr;
    const conditions = [{ ...content, lastTransitionTime }];
    const patch = { apiVersion, kind, metadata: { name: metadata.name }, status: { conditions } };
    const options = { type: "apply", force: true, subresource: "status", fieldManager } as const;
    await this.context.client.resource(resources.servicecidrs).patch(metadata.name, patch, options);
  }

  async #setFinalizers({ metadata }: networkingv1.ServiceCIDR, finalizers: readonly string[]): Promise<void> {
    const { name, resourceVersion } = metadata;
    const patch = { metadata: { finalizers, resourceVersion } };
    await this.context.client.resource(resources.servicecidrs).patch(name, patch, { type: "merge", fieldManager });
  }
}

function blocksOf(cidrs: readonly networkingv1.ServiceCIDR[]): BlockList {
  const blocks = new BlockList();
  for (const cidr of cidrs.flatMap(({ spec }) => spec?.cidrs ?? [])) {
    const [address = "", bits = ""] = cidr.split("/");
    blocks.addSubnet(address, Number(bits), isIPv6(address) ? "ipv6" : "ipv4");
  }
  return blocks;
}

function covers(blocks: BlockList, address: string): boolean {
  return blocks.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
