/** A configuration file that is in force again, without a restart, as soon as it says something else and makes sense. */
import { hash } from "node:crypto";
import { unwatchFile, watchFile } from "node:fs";
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

/** Looks, not notifications: a file that is exchanged by a link, as volumes of pods are, is seen as well. */
const usualPollMs = 5_000;

export class FollowedFile {
  readonly #options: FollowedFileOptions;
  #present: string;
  #checking: Promise<void> = Promise.resolve();
  readonly #look = () => void this.check();

  /** What the file says now is in force already. Throws `ConfigurationError`. */
  constructor(options: FollowedFileOptions) {
    this.#options = options;
    this.#present = hashOf(options.file);
  }

  get contentHash(): string {
    return this.#present;
  }

  start(): void {
    const { file, pollMs = usualPollMs } = this.#options;
    watchFile(file, { interval: pollMs, persistent: false }, this.#look);
  }

  stop(): void {
    unwatchFile(this.#options.file, this.#look);
  }

  /** One look; those that are asked for meanwhile come after it. */
  check(): Promise<void> {
    this.#checking = this.#checking.then(() => this.#check());
    return this.#checking;
  }

  async #check(): Promise<void> {
    const { file, apply, onReload, onFailure } = this.#options;
    try {
      const found = hashOf(file);
      if (found === this.#present) return;
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
