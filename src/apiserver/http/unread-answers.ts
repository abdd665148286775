/**
 * Answers that were given and that their clients have not taken yet. What they hold together is bounded: past it the oldest are given up, as
 * clients that read have theirs in no time. So is how long each may wait.
 */
import type { Writable } from "node:stream";

type Output = Pick<Writable, "writableFinished" | "once">;

interface Unread {
  readonly bytes: number;
  readonly since: number;
  giveUp(): void;
}

export interface UnreadAnswersOptions {
  /** How long one may wait. */
  readonly limitMs: number;
  /** What all may hold. Default 256 MiB. */
  readonly mostBytes?: number;
  /** Told of each that is given up, with what all of them held. */
  onGivenUp(heldBytes: number): void;
}

const usualMostBytes = 256 * 1024 * 1024;
/** What an answer without a body takes, about. */
const bytesOfNone = 8 * 1024;

export class UnreadAnswers {
  readonly #options: UnreadAnswersOptions;
  /** The oldest first. */
  readonly #held = new Map<Output, Unread>();
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;

  constructor(options: UnreadAnswersOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), options.limitMs / 4).unref();
  }

  /** `bytes` are waiting to be taken from the output, to which nothing more is written; `giveUp` closes it. Once is enough. */
  hold(output: Output, bytes: number, giveUp: () => void): void {
    if (output.writableFinished || this.#held.has(output)) return;
    const unread: Unread = { bytes: bytes + bytesOfNone, since: performance.now(), giveUp };
    this.#held.set(output, unread);
    this.#bytes += unread.bytes;
    output.once("close", () => this.#release(output));
    const { mostBytes = usualMostBytes } = this.#options;
    for (const [oldest, held] of this.#held) {
      // One alone may be as large as it is.
      if (this.#bytes <= mostBytes || oldest === output) break;
      this.#giveUp(oldest, held);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const limit = performance.now() - this.#options.limitMs;
    for (const [output, held] of this.#held) {
      if (held.since > limit) break;
      this.#giveUp(output, held);
    }
  }

  #giveUp(output: Output, { giveUp }: Unread): void {
    this.#options.onGivenUp(this.#bytes);
    this.#release(output);
    giveUp();
  }

  #release(output: Output): void {
    const held = this.#held.get(output);
    if (held && this.#held.delete(output)) this.#bytes -= held.bytes;
  }
}
