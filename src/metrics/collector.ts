/** Asks every node for its figures again and again, and keeps what the last two answers say. */
import type { Logger } from "pino";
import type { corev1 } from "../api/mod.ts";
import type { Clock } from "../client/mod.ts";
import { type NodeSample, parseResourceMetrics } from "./scrape.ts";
import { advance, type NodeSeries } from "./series.ts";

export const periodMs = 15_000;
const answerWithinMs = 10_000;
const asksAtOnce = 8;
/** Older figures say nothing of now. */
const keptMs = 3 * periodMs;

export interface CollectorOptions {
  /** Nodes to ask: those that are up and run containers. */
  nodes(): readonly corev1.Node[];
  /** The text of a node's `/metrics/resource`. */
  scrape(nodeName: string, signal: AbortSignal): Promise<string>;
}

export interface CollectorContext {
  readonly log: Logger;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Kept {
  readonly atMs: number;
  readonly series: NodeSeries;
}

export class Collector {
  readonly #options: CollectorOptions;
  readonly #context: CollectorContext;
  readonly #stopped = new AbortController();
  /** By node. */
  readonly #kept = new Map<string, Kept>();
  #cancel: (() => void) | undefined;
  #round: Promise<void> | undefined;

  constructor(options: CollectorOptions, context: CollectorContext) {
    this.#options = options;
    this.#context = context;
  }

  start(): void {
    this.#cancel = this.#context.clock.after(periodMs, () => this.start());
    // A round that takes longer than the period is not overtaken.
    this.#round ??= this.collect().finally(() => {
      this.#round = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#stopped.abort();
    await this.#round;
  }

  /** What is known of a node. */
  of(nodeName: string): NodeSeries | undefined {
    return this.#kept.get(nodeName)?.series;
  }

  /** One round. Resolves when every node has answered or has not. */
  async collect(): Promise<void> {
    const names = this.#options.nodes().map(({ metadata }) => metadata.name);
    const waiting = names.values();
    const work = async () => {
      for (const name of waiting) await this.#ask(name);
    };
    await Promise.all(Array.from({ length: Math.min(asksAtOnce, names.length) }, work));
    const oldest = this.#context.clock.now() - keptMs;
    for (const [name, { atMs }] of this.#kept) if (atMs < oldest) this.#kept.delete(name);
  }

  async #ask(name: string): Promise<void> {
    const { clock, log } = this.#context;
    if (this.#stopped.signal.aborted) return;
    try {
      const sample = await this.#sample(name);
      this.#kept.set(name, { atMs: clock.now(), series: advance(this.of(name), sample) });
    } catch (error) {
      if (!this.#stopped.signal.aborted)
        log.warn({ node: name, error: (error as Error).message }, "a node does not tell its figures");
    }
  }

  async #sample(name: string): Promise<NodeSample> {
    const { clock, signal } = this.#context;
    const deadline = new AbortController();
    const cancel = clock.after(answerWithinMs, () => deadline.abort());
    try {
      const signals = [signal, this.#stopped.signal, deadline.signal];
      return parseResourceMetrics(await this.#options.scrape(name, AbortSignal.any(signals)), clock.now());
    } finally {
      cancel();
    }
  }
}
