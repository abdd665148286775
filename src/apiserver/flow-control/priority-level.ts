/** One priority level at work: seats that are taken and given back, and where there are none, queues or a refusal. */
import type { flowcontrolv1 } from "../../api/mod.ts";
import type { Distribution } from "../metrics/families.ts";
import { FairQueues, type QueuingOptions } from "./fair-queues.ts";
import { RetryAfter } from "./retry-after.ts";
import { SeatDemand } from "./seat-demand.ts";
import type { Refusal, Ticket } from "./ticket.ts";
import { Utilization } from "./utilization.ts";

type LevelObject = flowcontrolv1.PriorityLevelConfiguration;

export interface PriorityLevelHooks {
  /** Seconds, on a clock that only goes on. */
  now(): number;
  /** A request that had to wait is told so, seconds waited. */
  onWaited(ticket: Ticket, seconds: number): void;
  onQueued(ticket: Ticket, length: number): void;
  onRefused(ticket: Ticket, refusal: Refusal): void;
  /** Where it is counted how many seats of a level are taken. */
  seatsTaken(level: string): Distribution;
}

/** Longer than this nobody waits for a seat. */
const maximumWaitMs = 15_000;

export class PriorityLevel {
  readonly name: string;
  uid = "";
  /** No seats are counted against it. */
  exempt = false;
  /** The object is gone; what waits and works goes on to its end. */
  quiescing = false;
  limit = 0;
  readonly demand: SeatDemand;
  readonly utilization: Utilization;
  readonly working = new Set<Ticket>();
  readonly counts = { dispatched: 0, rejected: 0, timedOut: 0, cancelled: 0 };
  seatsTaken = 0;
  queues: FairQueues<Ticket> | undefined;
  readonly #hooks: PriorityLevelHooks;
  readonly #retryAfter = new RetryAfter();
  #waitingSeats = 0;

  constructor(name: string, hooks: PriorityLevelHooks) {
    this.name = name;
    this.#hooks = hooks;
    this.demand = new SeatDemand(hooks.now());
    this.utilization = new Utilization(hooks.seatsTaken(name), hooks.now());
  }

  get waiting(): number {
    return this.queues?.waiting ?? 0;
  }

  /** Takes the object's options on; what waits is dealt out anew where the queues change. */
  configure({ metadata, spec }: LevelObject): void {
    this.uid = metadata.uid;
    this.exempt = spec.type === "Exempt";
    this.quiescing = false;
    const wanted = queuingOf(spec);
    if (sameQueues(this.queues?.options, wanted)) return;
    const waiting = this.queues?.drain() ?? [];
    this.queues = wanted && new FairQueues(wanted);
    // What works came from queues that are no more.
    for (const ticket of this.working) ticket.queue = -1;
    for (const ticket of waiting) {
      if (this.queues) this.queues.enqueue(flowOf(ticket), ticket, Infinity);
      else this.#turnAway(ticket, "concurrency-limit");
    }
    this.dispatch();
  }

  /** At once where a seat is free and nobody waits; otherwise when its turn comes. Rejects with a `Refusal`. */
  admit(ticket: Ticket, signal: () => AbortSignal): undefined | Promise<void> {
    if (this.exempt || (this.waiting === 0 && this.#fits(ticket))) {
      this.#start(ticket, ticket.arrived);
      return undefined;
    }
    return this.#wait(ticket, signal());
  }

  /** The request is over: its seats go to who waits. */
  release(ticket: Ticket, now: number): void {
    if (!this.working.delete(ticket)) return;
    this.seatsTaken -= ticket.width;
    if (ticket.afterwards) this.#linger(ticket.afterwards);
    this.#note(now);
    if (ticket.queue >= 0) this.queues?.finish(ticket, now - ticket.started);
    if (this.waiting > 0) this.dispatch();
  }

  /** The request is over, the work that it makes is not: so many seats stay taken for a while. */
  #linger({ seats, milliseconds }: NonNullable<Ticket["afterwards"]>): void {
    if (this.exempt) return;
    this.seatsTaken += seats;
    const timer = setTimeout(() => {
      this.seatsTaken -= seats;
      this.#note(this.#hooks.now());
      this.dispatch();
    }, milliseconds);
    timer.unref();
  }

  /** Starts what fits. Also called when the limit has grown. */
  dispatch(): void {
    for (let next = this.queues?.peek(); next && this.#fits(next); next = this.queues?.peek()) {
      this.queues!.take();
      this.#waitingSeats -= next.width;
      this.#start(next, this.#hooks.now());
      next.wake?.();
    }
  }

  /** A request wider than the limit may work alone. */
  #fits({ width }: Ticket): boolean {
    return this.seatsTaken === 0 ? this.limit > 0 : this.seatsTaken + width <= this.limit;
  }

  #start(ticket: Ticket, now: number): void {
    ticket.started = now;
    this.seatsTaken += ticket.width;
    this.working.add(ticket);
    this.counts.dispatched++;
    this.#note(now);
  }

  #note(now: number): void {
    this.demand.set(this.seatsTaken + this.#waitingSeats, now);
    // An exempt level may have no seats of its own, and takes them all the same.
    this.utilization.set(this.seatsTaken / Math.max(this.limit, 1), now);
  }

  async #wait(ticket: Ticket, signal: AbortSignal): Promise<void> {
    if (!this.queues) return this.#refuse(ticket, "concurrency-limit");
    if (!this.queues.enqueue(flowOf(ticket), ticket)) return this.#refuse(ticket, "queue-full");
    this.#waitingSeats += ticket.width;
    this.#note(ticket.arrived);
    this.#hooks.onQueued(ticket, this.queues.lengthOf(ticket));
    const outcome = Promise.withResolvers<void>();
    ticket.wake = outcome.resolve;
    ticket.fail = outcome.reject;
    const timer = setTimeout(() => this.#giveUp(ticket, "time-out"), maximumWaitMs);
    const cancel = () => this.#giveUp(ticket, "cancelled");
    signal.addEventListener("abort", cancel);
    if (signal.aborted) cancel();
    try {
      await outcome.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      this.#hooks.onWaited(ticket, this.#hooks.now() - ticket.arrived);
    }
  }

  #giveUp(ticket: Ticket, refusal: Refusal): void {
    if (!this.queues?.withdraw(ticket)) return;
    this.#turnAway(ticket, refusal);
    this.dispatch();
  }

  /** It has waited, and waits no longer: its seats are no longer wished for. */
  #turnAway(ticket: Ticket, refusal: Refusal): void {
    this.#waitingSeats -= ticket.width;
    this.#note(this.#hooks.now());
    this.#refuse(ticket, refusal);
  }

  /** Throws to who asks now, or rejects for who waits. */
  #refuse(ticket: Ticket, refusal: Refusal): void {
    if (refusal === "time-out") this.counts.timedOut++;
    else if (refusal === "cancelled") this.counts.cancelled++;
    else this.counts.rejected++;
    this.#hooks.onRefused(ticket, refusal);
    const error = new RefusedError(refusal, this.#retryAfter.refused(this.#hooks.now()));
    if (!ticket.fail) throw error;
    ticket.fail(error);
  }
}

/** No seat for the request. */
export class RefusedError extends Error {
  readonly refusal: Refusal;
  readonly retryAfterSeconds: number;

  constructor(refusal: Refusal, retryAfterSeconds: number) {
    super(`the request was refused a seat: ${refusal}`);
    this.refusal = refusal;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What is dealt a hand of queues. */
function flowOf({ schema, distinguisher }: Ticket): string {
  return `${schema.name}\n${distinguisher}`;
}

function queuingOf({ type, limited }: LevelObject["spec"]): QueuingOptions | undefined {
  if (type === "Exempt" || limited?.limitResponse?.type !== "Queue") return undefined;
  const { queues = 64, handSize = 8, queueLengthLimit = 50 } = limited.limitResponse.queuing ?? {};
  return { queues, handSize, queueLengthLimit };
}

function sameQueues(a: QueuingOptions | undefined, b: QueuingOptions | undefined): boolean {
  if (!a || !b) return a === b;
  return a.queues === b.queues && a.handSize === b.handSize && a.queueLengthLimit === b.queueLengthLimit;
}
