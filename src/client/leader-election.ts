/**
 * One of several equal processes leads: whoever holds the Lease. The holder renews it; the others take it once it has not been renewed for its
 * duration, measured by their own clock from when they last saw it change, so that clocks need not agree.
 */
import { type coordinationv1, isAlreadyExists, isConflict, isNotFound, resources } from "../api/mod.ts";
import type { Component, ComponentContext } from "./component.ts";
import type { ResourceClient } from "./contract.ts";
import { pause } from "./pause.ts";

type Lease = coordinationv1.Lease;
type Context = Pick<ComponentContext, "client" | "log" | "clock" | "signal">;

export interface LeaderElectionOptions {
  /** Of the Lease. */
  readonly name: string;
  readonly namespace: string;
  /** Unique among the candidates: host name and something random. */
  readonly identity: string;
  /** Runs while this process leads. `signal` aborts when it does not any more: all work must end before the lease runs out for others. */
  readonly lead: (signal: AbortSignal) => Promise<void> | void;
  /** How long a lease holds without renewal. Default 15 s. */
  readonly leaseDurationMs?: number;
  /** How long renewing may fail before leading ends; less than the duration. Default 10 s. */
  readonly renewDeadlineMs?: number;
  /** Between two tries. Default 2 s. */
  readonly retryMs?: number;
}

/** A lease as it was last seen, and when (by the own clock) it was first seen so. */
export interface ObservedLease {
  readonly lease: Lease;
  readonly since: number;
}

/** What a candidate may do with a lease: its holder renews, others wait until it has run out or was given back. */
export function mayTake(observed: ObservedLease, identity: string, now: number): boolean {
  const { holderIdentity, leaseDurationSeconds = 0 } = observed.lease.spec ?? {};
  return !holderIdentity || holderIdentity === identity || now >= observed.since + leaseDurationSeconds * 1000;
}

/** The spec that makes `identity` the holder. Times are microseconds on the wire. */
export function heldSpec(
  before: Lease["spec"] | undefined,
  holder: { readonly identity: string; readonly durationMs: number; readonly now: number },
): NonNullable<Lease["spec"]> {
  const time = new Date(holder.now).toISOString().replace("Z", "000Z");
  const isRenewal = before?.holderIdentity === holder.identity;
  const transitions = before?.leaseTransitions ?? 0;
  return {
    ...before,
    holderIdentity: holder.identity,
    leaseDurationSeconds: Math.ceil(holder.durationMs / 1000),
    acquireTime: isRenewal && before.acquireTime ? before.acquireTime : time,
    renewTime: time,
    leaseTransitions: before && !isRenewal ? transitions + 1 : transitions,
  };
}

export class LeaderElection implements Component {
  readonly name: string;
  readonly #options: Required<LeaderElectionOptions>;
  readonly #context: Context;
  readonly #leases: ResourceClient<Lease>;
  readonly #stopper = new AbortController();
  readonly #signal: AbortSignal;
  #observed: ObservedLease | undefined;
  #running: Promise<void> = Promise.resolve();
  #isLeader = false;

  constructor(options: LeaderElectionOptions, context: Context) {
    this.name = `leader-election/${options.name}`;
    this.#options = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2000, ...options };
    this.#context = context;
    this.#leases = context.client.resource(resources.leases);
    this.#signal = AbortSignal.any([context.signal, this.#stopper.signal]);
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Resolves at once: leading may never come. */
  async start(): Promise<void> {
    this.#running = this.#campaign();
  }

  /** Ends leading, gives the lease back so that another need not wait, and resolves when all is over. */
  async stop(): Promise<void> {
    this.#stopper.abort();
    await this.#running;
  }

  async #campaign(): Promise<void> {
    while (!this.#signal.aborted) {
      if (await this.#tryToHold()) await this.#lead();
      else await this.#pause();
    }
  }

  async #lead(): Promise<void> {
    const { lead, identity, name } = this.#options;
    const { log } = this.#context;
    const ender = new AbortController();
    this.#isLeader = true;
    log.info({ lease: name, identity }, "leading");
    const work = Promise.try(lead, ender.signal).catch((error: unknown) => {
      log.error({ lease: name, err: error }, "leading failed");
    });
    await this.#renew();
    this.#isLeader = false;
    ender.abort();
    await work;
    log.info({ lease: name, identity }, "no longer leading");
    if (this.#signal.aborted) await this.#giveBack();
  }

  /** Resolves when the lease could not be renewed for too long, or is another's. */
  async #renew(): Promise<void> {
    let renewed = this.#context.clock.monotonic();
    for (;;) {
      await this.#pause();
      if (this.#signal.aborted) return;
      if (await this.#tryToHold()) renewed = this.#context.clock.monotonic();
      else if (this.#isAnothers() || this.#context.clock.monotonic() >= renewed + this.#options.renewDeadlineMs) return;
    }
  }

  #isAnothers(): boolean {
    const holder = this.#observed?.lease.spec?.holderIdentity;
    return holder !== undefined && holder !== this.#options.identity;
  }

  /** True when this process holds the lease now. Never throws: a server that does not answer is asked again. */
  async #tryToHold(): Promise<boolean> {
    try {
      const lease = await this.#read();
      if (!lease) return await this.#create();
      this.#observe(lease);
      if (!mayTake(this.#observed!, this.#options.identity, this.#context.clock.monotonic())) return false;
      this.#observe(await this.#leases.update({ ...lease, spec: this.#spec(lease.spec) }, { signal: this.#signal }));
      return true;
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error) || this.#signal.aborted) return false;
      this.#context.log.debug({ lease: this.#options.name, error: String(error) }, "lease could not be taken");
      return false;
    }
  }

  async #read(): Promise<Lease | undefined> {
    const { name, namespace } = this.#options;
    try {
      return await this.#leases.get(name, { namespace, signal: this.#signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #create(): Promise<boolean> {
    const { name, namespace } = this.#options;
    const lease = { metadata: { name, namespace }, spec: this.#spec(undefined) };
    this.#observe(await this.#leases.create(lease, { namespace, signal: this.#signal }));
    return true;
  }

  #spec(before: Lease["spec"] | undefined): NonNullable<Lease["spec"]> {
    const { identity, leaseDurationMs } = this.#options;
    return heldSpec(before, { identity, durationMs: leaseDurationMs, now: this.#context.clock.now() });
  }

  #observe(lease: Lease): void {
    if (this.#observed?.lease.metadata.resourceVersion === lease.metadata.resourceVersion) return;
    this.#observed = { lease, since: this.#context.clock.monotonic() };
  }

  async #giveBack(): Promise<void> {
    const lease = this.#observed?.lease;
    if (!lease || this.#isAnothers()) return;
    const spec = { ...lease.spec, holderIdentity: "", leaseDurationSeconds: 1 };
    await this.#leases.update({ ...lease, spec }).catch(() => {});
  }

  #pause(): Promise<void> {
    return pause(this.#context.clock, this.#options.retryMs, this.#signal);
  }
}
