/** One process that the supervisor keeps running: started again, with backoff, whenever it ends unasked. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Logger } from "pino";
import { ClusterError } from "../errors.ts";
import type { ChildMessage } from "../messages.ts";
import type { ListeningSocket } from "./listening-socket.ts";

export interface ChildOptions {
  /** What `kubets status` calls it. */
  readonly role: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Sockets that it inherits as descriptors 4, 5, …; opened anew for each start. (3 is the message channel.) */
  readonly sockets?: () => Promise<readonly ListeningSocket[]>;
  /** Before each start, when the last process has ended. */
  readonly beforeStart?: () => void;
  /** It says `ready` by message. Without, it counts as ready when `isReady` resolves. */
  readonly isReady?: (signal: AbortSignal) => Promise<void>;
  readonly onMessage?: (message: ChildMessage) => void;
  readonly stopSignal?: NodeJS.Signals;
  readonly stopTimeoutMs?: number;
  /** After a restart that was not asked for. */
  readonly onRestart?: () => void;
}

const backoffMs = { first: 100, most: 10_000, resetAfter: 10_000 };

export class Child {
  readonly role: string;
  readonly #options: ChildOptions;
  readonly #log: Logger;
  readonly #changed: () => void;
  #process: ChildProcess | undefined;
  #stopping = false;
  #delayMs: number = backoffMs.first;
  #timer: NodeJS.Timeout | undefined;
  #restarts = 0;

  constructor(options: ChildOptions, log: Logger, changed: () => void) {
    this.role = options.role;
    this.#options = options;
    this.#log = log.child({ role: options.role });
    this.#changed = changed;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Resolves when it says that it is ready; rejects `process-failed` where it ends first. */
  async start(): Promise<void> {
    const child = await this.#spawn();
    const aborter = new AbortController();
    try {
      await Promise.race([
        this.#options.isReady?.(aborter.signal) ?? readyMessage(child),
        failure(child, this.#options),
      ]);
    } finally {
      aborter.abort();
    }
  }

  async #spawn(): Promise<ChildProcess> {
    const sockets = (await this.#options.sockets?.()) ?? [];
    try {
      return this.#spawnWith(sockets);
    } finally {
      // Also where nothing was started: the next try would find its own port taken.
      for (const socket of sockets) socket.release();
    }
  }

  #spawnWith(sockets: readonly ListeningSocket[]): ChildProcess {
    if (this.#stopping) throw new ClusterError("process-failed", `${this.role} is not started while the cluster stops`);
    const { command, args, env, logFile, beforeStart } = this.#options;
    beforeStart?.();
    const log = openSync(logFile, "a", 0o600);
    // Its own session: a signal to the supervisor's terminal must not reach the pods.
    const child = spawn(command, args, {
      detached: true,
      env: { ...process.env, ...env },
      stdio: ["ignore", log, log, "ipc", ...sockets.map((socket) => socket.descriptor)],
    });
    closeSync(log);
    const began = performance.now();
    this.#process = child;
    child.on("message", (message: ChildMessage) => this.#options.onMessage?.(message));
    child.on("error", (error) => this.#log.error({ error: error.message }, "process could not be started"));
    child.on("exit", (status, signal) => this.#ended(child, began, status, signal));
    this.#changed();
    return child;
  }

  #ended(child: ChildProcess, began: number, status: number | null, signal: string | null): void {
    if (this.#process !== child) return;
    this.#process = undefined;
    if (this.#stopping) return;
    this.#log.error({ status, signal, restartMs: this.#delayMs }, "process ended; starting it again");
    if (performance.now() - began > backoffMs.resetAfter) this.#delayMs = backoffMs.first;
    this.#timer = setTimeout(() => void this.#restart(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, backoffMs.most);
  }

  async #restart(): Promise<void> {
    this.#restarts += 1;
    try {
      await this.#spawn();
      this.#options.onRestart?.();
    } catch (error) {
      if (this.#stopping) return;
      this.#log.error(
        { error: (error as Error).message, restartMs: this.#delayMs },
        "process could not be started again",
      );
      this.#timer = setTimeout(() => void this.#restart(), this.#delayMs);
    }
  }

  /** Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(this.#options.stopSignal ?? "SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), this.#options.stopTimeoutMs ?? 5000);
    await gone;
    clearTimeout(killer);
  }
}

function readyMessage(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on("message", (message: ChildMessage) => {
      if (message.type === "ready") resolve();
      if (message.type === "failed") reject(new ClusterError("process-failed", message.message, message.hint));
    });
  });
}

function failure(child: ChildProcess, options: ChildOptions): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (how: string) =>
      reject(
        new ClusterError(
          "process-failed",
          `${options.role} ${how} before it was ready`,
          `its log is ${options.logFile}`,
        ),
      );
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("exit", (status, signal) => fail(`ended with ${signal ?? `status ${status}`}`));
  });
}
