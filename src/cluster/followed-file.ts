/** A configuration file that is in force again, without a restart, as soon as it says something else and makes sense. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";

export interface FollowedFileOptions {
  readonly file: string;
  /** What of it is in force already. Default: what it says now. */
  readonly inForce?: string;
  /** Puts into force what the file says. Throws or rejects, and changes nothing, where it makes no sense. */
  apply(text: string): void | Promise<void>;
  /** Told with the hash of the content: `sha256:` and hexadecimal. */
  onReload(contentHash: string): void;
  onFailure(error: unknown): void;
  /** Between two looks at the file. */
  readonly pollMs?: number;
}

const usualPollMs = 5_000;

/**
 * Looks at the content, not notifications or times: a file that is exchanged by a link, as volumes of pods are, is seen as well, and what is
 * written while the server starts is not missed.
 */
export class FollowedFile {
  readonly #options: FollowedFileOptions;
  /** What is in force. */
  #present: string;
  /** What the last look found: what makes no sense is told once. Nothing: it could not be read. */
  #seen: string | undefined;
  #checking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /** Throws where the file cannot be read. */
  constructor(options: FollowedFileOptions) {
    this.#options = options;
    this.#present = options.inForce ?? readFileSync(options.file, "utf8");
    this.#seen = this.#present;
  }

  get contentHash(): string {
    return `sha256:${hash("sha256", this.#present)}`;
  }

  start(): void {
    this.#timer = setInterval(() => void this.check(), this.#options.pollMs ?? usualPollMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One look; those that are asked for meanwhile come after it. */
  check(): Promise<void> {
    this.#checking = this.#checking.then(() => this.#check());
    return this.#checking;
  }

  /** Nothing where it says what it said at the last look, or what is in force. Throws where it can be read no more. */
  #changed(): string | undefined {
    const before = this.#seen;
    this.#seen = undefined;
    try {
      this.#seen = readFileSync(this.#options.file, "utf8");
    } catch (error) {
      if (before === undefined) return undefined;
      throw error;
    }
    return this.#seen === before || this.#seen === this.#present ? undefined : this.#seen;
  }

  async #check(): Promise<void> {
    const { apply, onReload, onFailure } = this.#options;
    try {
      const found = this.#changed();
      if (found === undefined) return;
      await apply(found);
      this.#present = found;
      onReload(this.contentHash);
    } catch (error) {
      onFailure(error);
    }
  }
}
