/** The audit log and the audit webhook beside each other. */
import type { AuditOptions } from "./audit.ts";

type Sink = AuditOptions["sink"];

export class AuditSinks implements Sink {
  readonly #sinks: readonly Sink[];

  constructor(sinks: readonly Sink[]) {
    this.#sinks = sinks;
  }

  start(): void {
    for (const sink of this.#sinks) sink.start();
  }

  write(line: string): void {
    for (const sink of this.#sinks) sink.write(line);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#sinks.map((sink) => sink.stop()));
  }
}
