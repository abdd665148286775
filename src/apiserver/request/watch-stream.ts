/** A watch on the wire: frames as events come, until the client is gone, the time is over or the client is too slow. */
import type { OutgoingHttpHeaders } from "node:http";
import type { Representation } from "../encode/accept.ts";
import { streamContentType } from "../encode/accept.ts";
import type { IncludeObject } from "../encode/table.ts";
import { WatchFrames } from "../encode/watch-frames.ts";
import type { Exchange } from "../http/exchange.ts";
import type { WatchCounts } from "../metrics/watch-metrics.ts";
import type { Answer } from "./answer.ts";

/** Bytes that may wait for a slow client; past it the watch ends, and the client starts again from where it is. */
const maximumWaitingBytes = 32 * 1024 * 1024;

export interface WatchStreamOptions {
  readonly representation: Representation;
  readonly include: IncludeObject;
  readonly headers: OutgoingHttpHeaders;
  readonly counts: WatchCounts;
  /** Told when the watch ends because the client does not read. */
  tooSlow(): void;
  now(): number;
}

/** Resolves when the watch is over. */
export function serveWatch(
  exchange: Exchange,
  answer: Extract<Answer, { readonly type: "watch" }>,
  { representation, include, headers, counts, tooSlow, now }: WatchStreamOptions,
): Promise<void> {
  const frames = new WatchFrames({ view: answer.view, representation, include, now });
  const output = exchange.stream(200, { ...headers, "content-type": streamContentType(representation) });
  return new Promise((resolve) => {
    const { signal } = exchange;
    let watch: { stop(): void } | undefined;
    let finished = false;
    const finish = () => {
      finished = true;
      watch?.stop();
      signal.removeEventListener("abort", finish);
      if (!output.destroyed) output.end();
      resolve();
    };
    // The watch may speak before `open` has returned.
    watch = answer.open({
      items(items) {
        if (finished) return;
        const bytes = frames.encode(items);
        counts.events.value += items.length;
        counts.sizes.observe(bytes.length / items.length, items.length);
        output.write(bytes);
        if (output.writableLength <= maximumWaitingBytes) return;
        tooSlow();
        finish();
      },
      end(error) {
        if (error && !finished) output.write(frames.error(error));
        queueMicrotask(finish);
      },
    });
    if (finished) watch.stop();
    else if (signal.aborted) finish();
    else signal.addEventListener("abort", finish);
  });
}
