/**
 * Answers that were given and that their clients have not taken yet. What they hold together is bounded: past it the oldest of the user with the most
 * are given up, as clients that read have theirs in no time, and others are not to lose theirs by one who does not. So is how long each may wait.
 */
import type { Writable } from "node:stream";

type Output = Pick<Writable, "writableFinished">;

interface Unread {
  readonly user: string;
  readonly bytes: number;
  readonly since: number;
  giveUp(): void;
}

/** What waits for one user. */
interface Share {
  /** The oldest first. */
  readonly outputs: Set<Output>;
  bytes: number;
}

export interface HeldAnswer {
  /** Whose request it answers. */
  readonly user: string;
  readonly bytes: number;
  /** Closes the output. */
  giveUp(): void;
}

export interface UnreadAnswersOptions {
  /** How long one may wait. */
  readonly limitMs: number;
  /** What all may hold. Default 256 MiB. */
  readonly mostBytes?: number;
  /** Told of each that is given up, with what all of them held. */
  onGivenUp(user: string, heldBytes: number): void;
}

const usualMostBytes = 256 * 1024 * 1024;
/** What an answer without a body takes, about. */
const bytesOfNone = 8 * 1024;

export class UnreadAnswers {
  readonly #options: UnreadAnswersOptions;
  /** The oldest first. */
  readonly #held = new Map<Output, Unread>();
  readonly #shares = new Map<string, Share>();
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;

  constructor(options: UnreadAnswersOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), options.limitMs / 4).unref();
  }

  /** Bytes are waiting to be taken from the output, to which nothing more is written, until it is released. Once is enough. */
  hold(output: Output, { user, bytes, giveUp }: HeldAnswer): void {
    if (output.writableFinished || this.#held.has(output)) return;
    this.#add(output, { user, bytes: bytes + bytesOfNone, since: performance.now(), giveUp });
    const { mostBytes = usualMostBytes } = this.#options;
    // One alone may be as large as it is.
    while (this.#bytes > mostBytes && this.#held.size > 1) this.#giveUp(this.#nextToGo(output));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const limit = performance.now() - this.#options.limitMs;
    for (const [output, { since }] of this.#held) {
      if (since > limit) break;
      this.#giveUp(output);
    }
  }

  /** The oldest of the user who has the most; the newest never is, were it all that a user has. */
  #nextToGo(newest: Output): Output {
    const shares = [...this.#shares.values()].filter(({ outputs: [oldest] }) => oldest !== newest);
    const [oldest] = shares.reduce((most, share) => (share.bytes > most.bytes ? share : most)).outputs;
    return oldest!;
  }

  #giveUp(output: Output): void {
    const { user, giveUp } = this.#held.get(output)!;
    this.#options.onGivenUp(user, this.#bytes);
    this.release(output);
    giveUp();
  }

  #add(output: Output, unread: Unread): void {
    const share = this.#shares.get(unread.user) ?? { outputs: new Set(), bytes: 0 };
    this.#shares.set(unread.user, share);
    this.#held.set(output, unread);
    share.outputs.add(output);
    share.bytes += unread.bytes;
    this.#bytes += unread.bytes;
  }

  /** The output is closed. */
  release(output: Output): void {
    const unread = this.#held.get(output);
    if (!unread) return;
    const share = this.#shares.get(unread.user)!;
    this.#held.delete(output);
    share.outputs.delete(output);
    share.bytes -= unread.bytes;
    this.#bytes -= unread.bytes;
    if (share.outputs.size === 0) this.#shares.delete(unread.user);
  }
}
