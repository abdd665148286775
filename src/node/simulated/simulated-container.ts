/** One simulated container: its states in time, and how it ends. */
import type { Clock } from "../../client/mod.ts";
import { received } from "../cri/types.ts";
import type { ContainerConfig, ContainerStatus, ContainerSummary } from "../runtime/contract.ts";
import { NodeError } from "../runtime/errors.ts";
import { type Annotations, instructionsFor } from "./annotations.ts";
import { foresee, type ScriptOutcome } from "./script.ts";
import { SimulatedLog } from "./simulated-log.ts";

/** What is kept of a configuration, of thousands of containers in one process: the rest is for runtimes that run something. */
export type KeptConfig = Pick<ContainerConfig, "metadata" | "image" | "command" | "args" | "labels" | "annotations">;

export interface SimulatedContainerOptions {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: KeptConfig;
  /** Of the pod. */
  readonly annotations: Annotations;
  /** The pod is made to end: a container of which nothing is known ends too, and well. */
  readonly mayEnd: boolean;
  readonly clock: Pick<Clock, "now" | "after">;
  ended(container: SimulatedContainer): void;
}

/** How long a container of which nothing is known runs, where it is to end. */
const unknownRunMs = 1000;
const nanoseconds = 1e6;

export class SimulatedContainer {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: KeptConfig;
  readonly log = new SimulatedLog();
  readonly #options: SimulatedContainerOptions;
  readonly #createdAt: number;
  #startedAt = 0;
  #finishedAt = 0;
  #exitCode = 0;
  #state: ContainerStatus["state"] = "CONTAINER_CREATED";
  #reason = "";
  #timers: Set<() => void> | undefined;

  constructor(options: SimulatedContainerOptions) {
    this.id = options.id;
    this.sandboxId = options.sandboxId;
    this.config = options.config;
    this.#options = options;
    this.#createdAt = options.clock.now();
  }

  get running(): boolean {
    return this.#state === "CONTAINER_RUNNING";
  }

  /** Rejects where the pod is told to fail. */
  async start(): Promise<void> {
    const { annotations, clock, config } = this.#options;
    const { startDelayMs, startError } = instructionsFor(annotations, config.metadata?.name ?? "");
    if (startDelayMs > 0) await new Promise<void>((resolve) => this.#after(startDelayMs, resolve));
    this.#startedAt = clock.now();
    if (startError !== undefined) {
      this.#end(128, "StartError");
      throw new NodeError("failed", startError);
    }
    this.#state = "CONTAINER_RUNNING";
    this.#play();
  }

  /** As by a signal. */
  stop(exitCode: number): void {
    if (this.running) this.#end(exitCode, "Error");
    this.dispose();
  }

  dispose(): void {
    for (const cancel of this.#timers ?? []) cancel();
    this.#timers = undefined;
    this.log.changed();
  }

  get summary(): ContainerSummary {
    const { config, id, sandboxId } = this;
    return received("Container", {
      id,
      podSandboxId: sandboxId,
      metadata: { name: config.metadata?.name ?? "", attempt: config.metadata?.attempt ?? 0 },
      state: this.#state,
      createdAt: this.#createdAt * nanoseconds,
      labels: config.labels ?? {},
      annotations: config.annotations ?? {},
    });
  }

  get status(): ContainerStatus {
    const { config, id } = this;
    const image = config.image?.userSpecifiedImage ?? config.image?.image ?? "";
    return received("ContainerStatus", {
      id,
      metadata: { name: config.metadata?.name ?? "", attempt: config.metadata?.attempt ?? 0 },
      state: this.#state,
      createdAt: this.#createdAt * nanoseconds,
      startedAt: this.#startedAt * nanoseconds,
      finishedAt: this.#finishedAt * nanoseconds,
      exitCode: this.#exitCode,
      reason: this.#reason,
      image: received("ImageSpec", { image }),
      imageRef: config.image?.image ?? "",
      labels: config.labels ?? {},
      annotations: config.annotations ?? {},
    });
  }

  /** What is said stands above what is foreseen, and that above the guess. */
  #play(): void {
    const { annotations, config, mayEnd } = this.#options;
    const told = instructionsFor(annotations, config.metadata?.name ?? "");
    const known = foresee([...(config.command ?? []), ...(config.args ?? [])]);
    const isTold = told.runForMs !== undefined || told.exitCode !== undefined;
    this.#print(known);
    if (isTold) this.#endAfter(told.runForMs ?? 0, told.exitCode ?? 0);
    else if (known !== undefined) this.#endAfter(known.durationMs, known.exitCode);
    else if (mayEnd) this.#endAfter(unknownRunMs, 0);
  }

  #print(known: ScriptOutcome | undefined): void {
    const { clock } = this.#options;
    if (known === undefined) {
      const { name } = this.config.metadata ?? {};
      this.log.add(clock.now(), `container ${name} is simulated: no process runs\n`);
    }
    for (const { atMs, text } of known?.output ?? []) {
      if (atMs === 0) this.log.add(clock.now(), text);
      else this.#after(atMs, () => this.log.add(clock.now(), text));
    }
  }

  #endAfter(delayMs: number, exitCode: number): void {
    if (Number.isFinite(delayMs))
      this.#after(delayMs, () => this.#end(exitCode, exitCode === 0 ? "Completed" : "Error"));
  }

  #after(delayMs: number, callback: () => void): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers?.delete(cancel);
      callback();
    });
    this.#timers ??= new Set();
    this.#timers.add(cancel);
  }

  #end(exitCode: number, reason: string): void {
    this.#state = "CONTAINER_EXITED";
    this.#exitCode = exitCode;
    this.#reason = reason;
    this.#finishedAt = this.#options.clock.now();
    this.dispose();
    this.#options.ended(this);
  }
}
