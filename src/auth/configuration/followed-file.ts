/** A configuration file that is in force again, without a restart, as soon as it says something else and makes sense. */
import { hash } from "node:crypto";
import { readText } from "./config-file.ts";

export interface FollowedFileOptions {
  readonly file: string;
  /** Reads the file and puts into force what it says. Rejects, and changes nothing, where it makes no sense. */
  apply(): Promise<void>;
  /** Told with the hash of the content: `sha256:` and hexadecimal. */
  onReload(contentHash: string): void;
  onFailure(error: unknown): void;
  /** Between two looks at the file. */
  readonly pollMs?: number;
}

/**
 * Looks at the content, not notifications or times: a file that is exchanged by a link, as volumes of pods are, is seen as well, and what is
 * written while the server starts is not missed.
 */
const usualPollMs = 5_000;
const unreadable = "";

export class FollowedFile {
  readonly #options: FollowedFileOptions;
  /** Of what is in force. */
  #present: string;
  /** Of what the last look found: what makes no sense is told once. */
  #seen: string;
  #checking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /** What the file says now is in force already. Throws `ConfigurationError`. */
  constructor(options: FollowedFileOptions) {
    this.#options = options;
    this.#present = hashOf(options.file);
    this.#seen = this.#present;
  }

  get contentHash(): string {
    return this.#present;
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
    this.#seen = unreadable;
    try {
      this.#seen = hashOf(this.#options.file);
    } catch (error) {
      if (before === unreadable) return undefined;
      throw error;
    }
    return this.#seen === before || this.#seen === this.#present ? undefined : this.#seen;
  }

  async #check(): Promise<void> {
    const { apply, onReload, onFailure } = this.#options;
    try {
      const found = this.#changed();
      if (found === undefined) return;
      await apply();
      this.#present = found;
      onReload(found);
    } catch (error) {
      onFailure(error);
    }
  }
}

function hashOf(file: string): string {
  return `sha256:${hash("sha256", readText(file))}`;
}
