/** Forgets history by age and by number, so that the store stays bounded: upstream keeps five minutes. */
import type { Store } from "./contract.ts";
import { StoreError } from "./errors.ts";

export interface CompactorOptions {
  readonly store: Store;
  /** History younger than this is kept. Default five minutes. */
  readonly keepMs?: number;
  /** But never more revisions than this. Default 50,000. */
  readonly keepRevisions?: number;
  /** Between two compactions. Default 30 seconds. */
  readonly intervalMs?: number;
  /** A clock's `after`: calls back after `delayMs`, answers the cancellation. */
  after(delayMs: number, callback: () => void): () => void;
  /** Told of compactions that failed; the next one is tried as planned. */
  onError?(error: unknown): void;
}

export class Compactor {
  readonly #options: Required<Omit<CompactorOptions, "onError">> & Pick<CompactorOptions, "onError">;
  /** Revisions at past ticks, oldest first: the newest that is old enough is where history is cut. */
  #marks: number[] = [];
  #cancel: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: CompactorOptions) {
    this.#options = { keepMs: 300_000, keepRevisions: 50_000, intervalMs: 30_000, ...options };
  }

  start(): void {
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#running;
  }

  #schedule(): void {
    this.#cancel = this.#options.after(this.#options.intervalMs, () => {
      this.#schedule();
      this.#running = this.#running.then(() => this.#tick());
    });
  }

  async #tick(): Promise<void> {
    const { store, keepMs, keepRevisions, intervalMs } = this.#options;
    const ticksKept = Math.ceil(keepMs / intervalMs);
    this.#marks.push(store.revision);
    const byAge = this.#marks.length > ticksKept ? this.#marks.shift()! : 1;
    const floor = Math.max(byAge, store.revision - keepRevisions);
    if (floor > 1) await this.#compact(floor);
  }

  async #compact(floor: number): Promise<void> {
    try {
      await this.#options.store.compact(floor);
    } catch (error) {
      if (!(error instanceof StoreError && error.code === "closed")) this.#options.onError?.(error);
    }
  }
}
