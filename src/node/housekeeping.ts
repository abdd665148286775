/** What an agent does every now and then: logs are rotated, unused images removed, pods looked at that no event told of. */
import type { Logger } from "pino";
import type { Clock } from "../client/mod.ts";
import { ImageCollector } from "./images/garbage-collection.ts";
import { defaultRotation, rotateLog } from "./logs/log-rotation.ts";
import type { PodWorkers } from "./pod/pod-workers.ts";
import type { Runtime } from "./runtime/contract.ts";
import { messageOf } from "./runtime/errors.ts";

const relistMs = 30_000;
/** A simulated runtime tells of everything: this is for what nobody has thought of. */
const simulatedRelistMs = 10 * 60_000;
const rotationMs = 10_000;
const imagesMs = 5 * 60_000;

export interface HousekeepingContext {
  readonly runtime: Runtime;
  readonly workers: PodWorkers;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Housekeeping {
  readonly #context: HousekeepingContext;
  readonly #collector: ImageCollector;
  readonly #cancels = new Map<string, () => void>();

  constructor(context: HousekeepingContext) {
    this.#context = context;
    const { runtime, clock, log } = context;
    this.#collector = new ImageCollector({
      runtime,
      now: () => clock.now(),
      log: (details, message) => log.warn(details, message),
    });
  }

  start(): void {
    const { workers, runtime, clock } = this.#context;
    const real = runtime.kind === "containerd";
    // Tokens of the old time are written anew.
    this.#cancels.set(
      "jumps",
      clock.onJump(() => workers.wakeAll()),
    );
    this.#every("relist", real ? relistMs : simulatedRelistMs, async () => workers.wakeAll());
    if (!real) return;
    this.#every("logs", rotationMs, () => this.#rotateLogs());
    this.#every("images", imagesMs, async () => void (await this.#collector.collect()));
  }

  stop(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }

  /** The next time is counted from the end of the last. */
  #every(name: string, intervalMs: number, work: () => Promise<void>): void {
    const { clock, log } = this.#context;
    const run = async () => {
      try {
        await work();
      } catch (error) {
        log.warn({ task: name, error: messageOf(error) }, "housekeeping failed and is tried again");
      }
      if (this.#cancels.has(name)) arm();
    };
    const arm = () =>
      this.#cancels.set(
        name,
        clock.after(intervalMs, () => void run()),
      );
    arm();
  }

  async #rotateLogs(): Promise<void> {
    const { runtime, clock, log } = this.#context;
    const running = (await runtime.listContainers()).filter(({ state }) => state === "CONTAINER_RUNNING");
    for (const { id } of running) {
      try {
        const { logPath: path } = await runtime.containerStatus(id);
        if (path === "") continue;
        await rotateLog({ ...defaultRotation, path, now: clock.now(), reopen: () => runtime.reopenLog(id) });
      } catch (error) {
        log.debug({ container: id, error: messageOf(error) }, "a container's log was not rotated");
      }
    }
  }
}
