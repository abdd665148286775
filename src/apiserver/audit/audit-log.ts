/** The audit log as a file of JSON lines, for its owner's eyes only. A full file is put aside under its time, and the oldest are removed. */
import { closeSync, fchmodSync, fstatSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { Logger } from "pino";
import type { AuditSink } from "./audited-request.ts";

export interface AuditLogOptions {
  /** `-`: the process's standard output. */
  readonly path: string;
  /** Default 100 MiB. */
  readonly maximumBytes?: number;
  /** Files put aside that are kept. Default 10. */
  readonly keptFiles?: number;
  readonly log: Logger;
  now(): number;
}

/** As a path, as upstream has it. */
const standardOutput = "-";
const mode = 0o600;
const usualMaximumBytes = 100 * 1024 * 1024;
const usualKeptFiles = 10;
/** Written at once; the disk is asked at most this often. */
const flushMs = 20;
/** Waiting to be written. What comes when so much waits is lost, and the log says how much. */
const mostWaitingBytes = 64 * 1024 * 1024;

export class AuditLog implements AuditSink {
  readonly #options: Required<AuditLogOptions>;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #size = 0;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: AuditLogOptions) {
    this.#options = { maximumBytes: usualMaximumBytes, keptFiles: usualKeptFiles, ...options };
  }

  /** Throws where the file cannot be written: a server that cannot keep its log does not start. */
  start(): void {
    if (this.#isStandardOutput) return;
    const file = openSync(this.#options.path, "a", mode);
    // One that was there before may be open to others.
    fchmodSync(file, mode);
    this.#size = fstatSync(file).size;
    closeSync(file);
  }

  get #isStandardOutput(): boolean {
    return this.#options.path === standardOutput;
  }

  write(line: string): void {
    if (this.#waitingBytes > mostWaitingBytes) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    this.#timer ??= setTimeout(() => this.#flush(), flushMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
    if (this.#waiting.length > 0) await this.#append(this.#take());
  }

  #flush(): void {
    this.#writing = this.#append(this.#take()).then(() => {
      this.#timer = this.#waiting.length > 0 ? setTimeout(() => this.#flush(), flushMs) : undefined;
    });
  }

  async #append(text: string): Promise<void> {
    const { path, log, maximumBytes } = this.#options;
    try {
      if (this.#isStandardOutput) await print(text);
      else {
        if (this.#size > 0 && this.#size + text.length > maximumBytes) this.#rotate();
        await appendFile(path, text, { mode });
        this.#size += Buffer.byteLength(text);
      }
      if (this.#lost > 0) log.error({ events: this.#lost }, "audit events were lost: too many waited to be written");
      this.#lost = 0;
    } catch (error) {
      log.error({ err: error, bytes: text.length }, "audit events could not be written");
    }
  }

  #take(): string {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return lines.length > 0 ? `${lines.join("\n")}\n` : "";
  }

  #rotate(): void {
    const { path, now, keptFiles } = this.#options;
    const extension = extname(path);
    const stem = basename(path, extension);
    const time = new Date(now()).toISOString().replaceAll(":", "-").slice(0, -1);
    renameSync(path, join(dirname(path), `${stem}-${time}${extension}`));
    this.#size = 0;
    const aside = readdirSync(dirname(path)).filter((name) => name.startsWith(`${stem}-`) && name.endsWith(extension));
    for (const name of aside.sort().slice(0, -keptFiles)) rmSync(join(dirname(path), name));
  }
}

/** Rejects where nobody takes it. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
