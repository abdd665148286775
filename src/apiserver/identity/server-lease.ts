/** The Lease by which each API server of a cluster tells that it lives (KEP-1965), and the removal of those of servers that are gone. */
import { hash, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import { type coordinationv1, formatMicroTime, isNotFound, parseTime, resources } from "../../api/mod.ts";
import type { Client, Clock, ResourceClient } from "../../client/mod.ts";

type Lease = coordinationv1.Lease;

export interface ServerLeaseOptions {
  /** Where other servers reach this one. */
  readonly advertise: { readonly host: string; readonly port: number };
  /** Default: the machine's name. */
  readonly host?: string;
}

export interface ServerLeaseContext {
  /** May do everything. */
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
}

const namespace = "kube-system";
const identityLabel = "apiserver.kubernetes.io/identity";
const component = "kube-apiserver";
const durationSeconds = 3600;
const renewMs = 10_000;
const collectMs = 3_600_000;
/** A server that has just become ready has other things to do. */
const firstMs = 1000;
const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

export class ServerLease {
  readonly #options: Required<ServerLeaseOptions>;
  readonly #context: ServerLeaseContext;
  readonly #leases: ResourceClient<Lease>;
  readonly #name: string;
  readonly #holder: string;
  #lease: Lease | undefined;
  #collectedAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #forgetJumps = () => {};
  #working: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: ServerLeaseOptions, context: ServerLeaseContext) {
    this.#options = { host: hostname(), ...options };
    this.#context = context;
    this.#leases = context.client.resource(resources.leases);
    this.#name = serverName(this.#options.host);
    this.#holder = `${this.#name}_${randomUUID()}`;
  }

  start(): void {
    this.#after(firstMs);
    this.#forgetJumps = this.#context.clock.onJump(() => this.#renewAtOnce());
  }

  /** The Lease stays: who starts this server again goes on with it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forgetJumps();
    this.#cancel?.();
    await this.#working;
  }

  #after(delayMs: number): void {
    if (this.#stopped) return;
    this.#cancel?.();
    this.#cancel = this.#context.clock.after(delayMs, () => {
      this.#cancel = undefined;
      // A jump of the clock may come while the lease is being renewed.
      this.#working = this.#working.then(() => this.#work()).finally(() => this.#cancel ?? this.#after(renewMs));
    });
  }

  /** By the new time it may look as if it had run out, or would for hours not. */
  #renewAtOnce(): void {
    this.#after(0);
  }

  async #work(): Promise<void> {
    try {
      this.#lease = await this.#renew();
      if (this.#context.clock.monotonic() - this.#collectedAt >= collectMs) await this.#collect();
    } catch (error) {
      // Whatever was known may be old: the next time it is read again.
      this.#lease = undefined;
      this.#context.log.debug({ err: error }, "the lease of the API server was not renewed");
    }
  }

  async #renew(): Promise<Lease> {
    const known = this.#lease ?? (await this.#read());
    const renewTime = formatMicroTime(this.#context.clock.now());
    const spec = { holderIdentity: this.#holder, leaseDurationSeconds: durationSeconds, renewTime };
    const { labels, annotations } = this.#marks();
    if (!known) return this.#leases.create({ metadata: { name: this.#name, namespace, labels, annotations }, spec });
    const metadata = {
      ...known.metadata,
      labels: { ...known.metadata.labels, ...labels },
      annotations: { ...known.metadata.annotations, ...annotations },
    };
    return this.#leases.update({ ...known, metadata, spec: { ...known.spec, ...spec } });
  }

  #marks() {
    const { host: own, advertise } = this.#options;
    const address = advertise.host.includes(":") ? `[${advertise.host}]` : advertise.host;
    return {
      labels: { [identityLabel]: component, "kubernetes.io/hostname": own },
      annotations: { "kubernetes.io/peer-advertise-address": `${address}:${advertise.port}` },
    };
  }

  async #read(): Promise<Lease | undefined> {
    try {
      return await this.#leases.get(this.#name, { namespace });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #collect(): Promise<void> {
    const now = this.#context.clock.now();
    const { items } = await this.#leases.list({ namespace, labelSelector: `${identityLabel}=${component}` });
    for (const { metadata, spec } of items) {
      if (this.#stopped || !hasExpired(spec, now)) continue;
      const { name, uid, resourceVersion } = metadata;
      await this.#leases.delete(name, { namespace, preconditions: { uid, resourceVersion } });
    }
    this.#collectedAt = this.#context.clock.monotonic();
  }
}

/** One that does not say until when it counts does not count. */
function hasExpired(spec: Lease["spec"] | undefined, now: number): boolean {
  if (!spec?.renewTime || !spec.leaseDurationSeconds) return true;
  return parseTime(spec.renewTime, "microTime") + spec.leaseDurationSeconds * 1000 < now;
}

/** Of an API server on this machine: its name says nothing of the machine's. */
export function serverName(host: string): string {
  const bytes = hash("sha256", `${component}/${host}`, "buffer").subarray(0, 16);
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const letters = bits.match(/.{1,5}/g) ?? [];
  return `apiserver-${letters.map((five) => alphabet[Number.parseInt(five.padEnd(5, "0"), 2)]).join("")}`;
}
