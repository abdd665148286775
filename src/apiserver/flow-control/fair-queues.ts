/**
 * Queues of one priority level, served fairly: start-time fair queuing over seats times the time they were taken for. No clock, no I/O.
 * A queue's tag says how much work it has been given; the lowest tag is next, and a queue that was idle starts at the present tag.
 */
import { dealHand } from "./shuffle-sharding.ts";

export interface QueuingOptions {
  readonly queues: number;
  readonly handSize: number;
  readonly queueLengthLimit: number;
}

export interface Queueable {
  /** Seats that it takes. */
  readonly width: number;
  /** Set here: the queue that it waits in or came from. */
  queue: number;
}

interface Queue<T> {
  readonly waiting: T[];
  waitingSeats: number;
  executing: number;
  executingSeats: number;
  /** Seat seconds given so far, in the common scale. */
  tag: number;
}

/** What a request is charged when it starts, until its own time is known. */
const guessedSeconds = 0.003;

export class FairQueues<T extends Queueable> {
  readonly options: QueuingOptions;
  readonly #queues: Queue<T>[];
  #waiting = 0;
  /** Tag of what was dispatched last. */
  #present = 0;

  constructor(options: QueuingOptions) {
    this.options = options;
    this.#queues = Array.from({ length: options.queues }, () => ({
      waiting: [],
      waitingSeats: 0,
      executing: 0,
      executingSeats: 0,
      tag: 0,
    }));
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Puts a request of `flow` into the shortest queue of the flow's hand. False: that one is full. */
  enqueue(flow: string, request: T, limit = this.options.queueLengthLimit): boolean {
    const index = this.#shortest(dealHand(flow, this.options.queues, this.options.handSize));
    const queue = this.#queues[index]!;
    if (queue.waiting.length >= limit) return false;
    if (queue.waiting.length === 0 && queue.executing === 0) queue.tag = Math.max(queue.tag, this.#present);
    request.queue = index;
    queue.waiting.push(request);
    queue.waitingSeats += request.width;
    this.#waiting++;
    return true;
  }

  lengthOf({ queue }: T): number {
    return this.#queues[queue]?.waiting.length ?? 0;
  }

  /** The request whose turn it is; it stays where it is. */
  peek(): T | undefined {
    return this.#next()?.waiting[0];
  }

  /** Takes the request whose turn it is. */
  take(): T | undefined {
    const queue = this.#next();
    const request = queue?.waiting.shift();
    if (!queue || !request) return undefined;
    this.#waiting--;
    queue.waitingSeats -= request.width;
    queue.executing++;
    queue.executingSeats += request.width;
    this.#present = queue.tag;
    queue.tag += request.width * guessedSeconds;
    return request;
  }

  /** A request that was taken is over. */
  finish(request: T, seconds: number): void {
    const queue = this.#queues[request.queue];
    if (!queue) return;
    queue.executing--;
    queue.executingSeats -= request.width;
    queue.tag += request.width * (seconds - guessedSeconds);
  }

  /** Takes a request out that waits no longer. False: it does not wait here. */
  withdraw(request: T): boolean {
    const queue = this.#queues[request.queue];
    const index = queue?.waiting.indexOf(request) ?? -1;
    if (!queue || index < 0) return false;
    queue.waiting.splice(index, 1);
    queue.waitingSeats -= request.width;
    this.#waiting--;
    return true;
  }

  /** Everything that waits, queue by queue. */
  drain(): T[] {
    const all = this.#queues.flatMap(({ waiting }) => waiting.splice(0));
    for (const queue of this.#queues) queue.waitingSeats = 0;
    this.#waiting = 0;
    return all;
  }

  /** For who wants to look. */
  state(): readonly Readonly<Queue<T>>[] {
    return this.#queues;
  }

  #shortest(hand: readonly number[]): number {
    let best = hand[0]!;
    for (const index of hand) if (this.#load(index) < this.#load(best)) best = index;
    return best;
  }

  /** What waits counts first; among queues that are equally long the one that has less at work. */
  #load(index: number): number {
    const { waitingSeats, executingSeats } = this.#queues[index]!;
    return waitingSeats * 1e6 + executingSeats;
  }

  #next(): Queue<T> | undefined {
    if (this.#waiting === 0) return undefined;
    let best: Queue<T> | undefined;
    for (const queue of this.#queues) {
      if (queue.waiting.length > 0 && (!best || queue.tag < best.tag)) best = queue;
    }
    return best;
  }
}
