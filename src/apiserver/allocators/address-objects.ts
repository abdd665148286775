/** IPAddress objects: which address belongs to which service, for people and tools to see. Written behind the services, and put right at start. */

import { isIP } from "node:net";
import type { Logger } from "pino";
import type { corev1, KubernetesObject } from "../../api/mod.ts";
import { ensureObject } from "../bootstrap/ensure.ts";
import type { ResourceStorage } from "../registry/resource-storage.ts";
import type { AddressObserver } from "./service-allocation.ts";

const managedBy = "ipaddress.kubernetes.io/managed-by";
const allocator = "ipallocator.k8s.io";

export class AddressObjects implements AddressObserver {
  readonly #storage: ResourceStorage;
  readonly #log: Logger;
  readonly #now: () => number;
  /** Changes in the order in which they came: an address may go and come again. */
  #work: Promise<void> = Promise.resolve();

  constructor(storage: ResourceStorage, log: Logger, now: () => number) {
    this.#storage = storage;
    this.#log = log;
    this.#now = now;
  }

  taken(address: string, service: corev1.Service): void {
    this.#do(() => ensureObject(this.#storage, addressObject(address, service), this.#now()));
  }

  released(address: string): void {
    this.#do(async () => {
      const entry = this.#storage.cache.get(this.#storage.key("", address));
      if (entry && isOurs(entry.object)) await this.#storage.remove(entry.key, entry.revision);
    });
  }

  /** Makes what is missing and removes what no service has. */
  async repair(services: readonly corev1.Service[]): Promise<void> {
    const wanted = new Map<string, corev1.Service>();
    for (const service of services)
      for (const address of service.spec.clusterIPs ?? []) if (isIP(address) !== 0) wanted.set(address, service);
    for (const { object } of this.#storage.cache.list(this.#storage.prefix))
      if (isOurs(object) && !wanted.has(object.metadata.name)) this.released(object.metadata.name);
    for (const [address, service] of wanted) this.taken(address, service);
    await this.#work;
  }

  /** Resolves when what was asked for is done. */
  settle(): Promise<void> {
    return this.#work;
  }

  #do(step: () => Promise<unknown>): void {
    this.#work = this.#work.then(step).then(
      () => {},
      (error) => this.#log.warn({ err: error }, "an IPAddress object could not be brought up to date"),
    );
  }
}

function isOurs({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.[managedBy] === allocator;
}

function addressObject(address: string, { metadata }: corev1.Service) {
  const family = isIP(address) === 4 ? "IPv4" : "IPv6";
  const labels = { "ipaddress.kubernetes.io/ip-family": family, [managedBy]: allocator };
  const { namespace, name } = metadata;
  return { metadata: { name: address, labels }, spec: { parentRef: { resource: "services", namespace, name } } };
}
