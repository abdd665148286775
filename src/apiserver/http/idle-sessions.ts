/**
 * Closes HTTP/2 connections on which nothing is open for long, and finds answers that nobody takes. One look at all of them now and then: a timer
 * of its own would cost each request.
 */
import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";

/** Without the connection: what the session's own listeners hold must not lead to it, see `watch`. */
interface Use {
  readonly streams: Set<ServerHttp2Stream>;
  /** Since when there has been no stream; by `performance.now`. */
  idleSince: number;
}

export interface IdleEvents {
  /** A connection was ended whose client does not answer. */
  onSilent?(): void;
  /** What was told in whole is not taken yet: who opens no window for it would have it kept for as long as the connection stands. Told at each look. */
  onUnread?(stream: ServerHttp2Stream): void;
}

interface Watched {
  readonly connection: Pick<Duplex, "destroy">;
  readonly use: Use;
}

export class IdleSessions {
  readonly #limitMs: number;
  readonly #sessions = new Map<ServerHttp2Session, Watched>();
  readonly #timer: NodeJS.Timeout;
  readonly #events: IdleEvents;

  constructor(limitMs: number, events: IdleEvents = {}) {
    this.#limitMs = limitMs;
    this.#events = events;
    this.#timer = setInterval(() => this.#look(), limitMs / 4).unref();
  }

  /**
   * `connection`: what the session runs over. Nothing leads from a session that has ended to it: on it hangs the error with which the session
   * ended, on that the library's own session, and this one holds the first for as long as its settings have not been acknowledged, for ever then.
   */
  watch(session: ServerHttp2Session, connection: Watched["connection"]): void {
    this.#sessions.set(session, { connection, use: { streams: new Set(), idleSince: performance.now() } });
    session.once("close", () => this.#sessions.delete(session));
  }

  /** A stream has begun on a session that is watched. Answers what is to be called when it is over. */
  began(session: ServerHttp2Session, stream: ServerHttp2Stream): () => void {
    const use = this.#sessions.get(session)?.use;
    use?.streams.add(stream);
    return () => {
      use?.streams.delete(stream);
      if (use?.streams.size === 0) use.idleSince = performance.now();
    };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#sessions.clear();
  }

  #look(): void {
    const limit = performance.now() - this.#limitMs;
    for (const [session, { connection, use }] of this.#sessions) {
      for (const stream of use.streams)
        if (stream.writableEnded && !stream.writableFinished) this.#events.onUnread?.(stream);
      if (use.streams.size > 0 || use.idleSince >= limit) continue;
      if (!session.closed) session.close();
      // Told to go a while ago, and neither gone nor answering: a peer that sleeps, or one whose other half is lost.
      else {
        this.#events.onSilent?.();
        connection.destroy();
      }
    }
  }
}
