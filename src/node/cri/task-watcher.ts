/** Turns containerd's task events into the runtime's: a status read after an event already shows the change. */
import type { Clock } from "../../client/mod.ts";
import type { ContainerChange, RuntimeEvent } from "../runtime/contract.ts";
import { isNodeError } from "../runtime/errors.ts";
import { subscribeToTasks, type TaskEvent } from "./containerd-events.ts";
import type { GrpcChannel } from "./grpc-channel.ts";

export interface TaskState {
  readonly podUid: string;
  readonly running: boolean;
}

/** Reads what the runtime says of a container or sandbox; rejects `not-found` where it is neither. */
export type ReadTaskState = (id: string) => Promise<TaskState>;

/**
 * CRI handles the same event at the same time: its state is read until it shows the end. Mostly that is soon; where many end together it takes a while,
 * and where the container's start is still under way containerd puts the event off for seconds.
 */
const settleDelaysMs = [3, 10, 30, 60, 120, 250, 500, ...Array.from({ length: 60 }, () => 1000)];
const reconnectDelayMs = 250;

export class TaskWatcher {
  readonly #channel: GrpcChannel;
  readonly #read: ReadTaskState;
  readonly #clock: Clock;
  readonly #listeners = new Set<(event: RuntimeEvent) => void>();
  #cancelStream: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #connectedBefore = false;

  constructor(channel: GrpcChannel, read: ReadTaskState, clock: Clock) {
    this.#channel = channel;
    this.#read = read;
    this.#clock = clock;
  }

  subscribe(listener: (event: RuntimeEvent) => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  close(): void {
    this.#listeners.clear();
    this.#cancelRetry?.();
    this.#cancelStream?.();
    this.#cancelStream = undefined;
  }

  #open(): void {
    const follow = () => {
      if (this.#listeners.size === 0) return;
      this.#cancelStream = subscribeToTasks(this.#channel, {
        event: (event) => void this.#settle(event),
        close: () => this.#retry(),
      });
      if (this.#connectedBefore) this.#emit({ kind: "reconnected" });
      this.#connectedBefore = true;
    };
    this.#channel
      .connected()
      .then(follow)
      .catch(() => this.#retry());
  }

  #retry(): void {
    this.#cancelStream?.();
    this.#cancelStream = undefined;
    if (this.#listeners.size > 0) this.#cancelRetry = this.#clock.after(reconnectDelayMs, () => this.#open());
  }

  #emit(event: RuntimeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async #settle(task: TaskEvent): Promise<void> {
    const change: ContainerChange = task.kind === "exit" ? "exited" : "out-of-memory";
    for (const delayMs of settleDelaysMs) {
      await new Promise<void>((resolve) => this.#clock.after(delayMs, resolve));
      const state = await this.#stateOf(task.containerId);
      if (state === undefined || this.#listeners.size === 0) return;
      if (state.running && change === "exited") continue;
      this.#emit({ kind: "container", containerId: task.containerId, podUid: state.podUid, change });
      return;
    }
  }

  /** Nothing where the container is gone. A runtime that does not answer now may yet have it running. */
  async #stateOf(id: string): Promise<TaskState | undefined> {
    try {
      return await this.#read(id);
    } catch (error) {
      if (isNodeError(error, "not-found")) return undefined;
      if (isNodeError(error)) return { podUid: "", running: true };
      throw error;
    }
  }
}
