/** Brings a pod's status to the API: one write at a time, always the newest state, nothing where nothing changed. */
import { type corev1, isNotFound } from "../../api/mod.ts";
import { messageOf } from "../runtime/errors.ts";
import { statusPatch } from "./pod-status.ts";
import type { PodServices } from "./services.ts";

const firstRetryMs = 200;
const lastRetryMs = 10_000;

export interface StatusWriterOptions {
  /** The pod as the API has it, as far as is known. */
  pod(): corev1.Pod;
  /** The status that is to be. */
  compute(): corev1.PodStatus;
  /** The API's answer to a write. */
  written(pod: corev1.Pod): void;
  /** The API has no such pod any more. */
  gone(): void;
}

export class StatusWriter {
  readonly #services: Pick<PodServices, "api" | "clock" | "log">;
  readonly #options: StatusWriterOptions;
  #dirty = false;
  #running: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #retryMs = firstRetryMs;
  #closed = false;

  constructor(services: Pick<PodServices, "api" | "clock" | "log">, options: StatusWriterOptions) {
    this.#services = services;
    this.#options = options;
  }

  /** Resolves when the status of now is written, or its write has failed and is to be tried again. */
  write(): Promise<void> {
    this.#dirty = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Whether the API has the status of now. */
  get settled(): boolean {
    return this.#running === undefined && statusPatch(this.#options.pod(), this.#options.compute()) === undefined;
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
  }

  async #run(): Promise<void> {
    this.#cancelRetry?.();
    // Gathers what is said in the same turn of the event loop into one write: a simulated pod is up before it ends.
    await new Promise(setImmediate);
    let ok = true;
    while (ok && this.#dirty && !this.#closed) {
      this.#dirty = false;
      ok = await this.#writeOnce();
    }
    this.#running = undefined;
  }

  async #writeOnce(): Promise<boolean> {
    const pod = this.#options.pod();
    const patch = statusPatch(pod, this.#options.compute());
    if (patch === undefined) return true;
    try {
      this.#options.written(await this.#services.api.patchStatus(pod, patch));
      this.#retryMs = firstRetryMs;
      return true;
    } catch (error) {
      this.#failed(pod, error);
      return false;
    }
  }

  #failed({ metadata }: corev1.Pod, error: unknown): void {
    if (isNotFound(error)) {
      this.#options.gone();
      return;
    }
    const { log, clock } = this.#services;
    log.warn(
      { namespace: metadata.namespace, pod: metadata.name, error: messageOf(error) },
      "status of a pod was not written",
    );
    this.#cancelRetry = clock.after(this.#retryMs, () => void this.write());
    this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs);
  }
}
