/** The one shape of everything that runs: made from options and a context, started, stopped. */
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { Client, InformerFactory } from "./contract.ts";

/** Time as a parameter, so that protocol cores can be tested without waiting. */
export interface Clock {
  /** Milliseconds since the epoch: what is written down. It goes back, or hours ahead, when somebody sets the machine's clock. */
  now(): number;
  /** Whole milliseconds since some moment, which only go on: what is measured and waited for. */
  monotonic(): number;
  /** Told when the machine's clock was set, by so many milliseconds, ahead or (negative) back; the returned function ends it. */
  onJump(callback: (byMs: number) => void): () => void;
  /** Calls back after `delayMs`; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface ComponentContext {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly clock: Clock;
  /** Aborted when the process ends: everything that waits, waits on it. */
  readonly signal: AbortSignal;
}

export interface Component {
  readonly name: string;
  /** Resolves when the component does its work; what it needs to watch must already be asked of `informers` in the constructor. */
  start(): Promise<void>;
  /** Resolves when nothing of it runs any more. Safe to call twice. */
  stop(): Promise<void>;
}
