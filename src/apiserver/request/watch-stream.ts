/** A watch on the wire: frames as events come, until the client is gone, the time is over or the client is too slow. */
import type { OutgoingHttpHeaders } from "node:http";
import type { Representation } from "../encode/accept.ts";
import { streamContentType } from "../encode/accept.ts";
import type { IncludeObject } from "../encode/table.ts";
import { WatchFrames } from "../encode/watch-frames.ts";
import type { Exchange } from "../http/exchange.ts";
import type { WatchCounts } from "../metrics/watch-metrics.ts";
import type { Answer } from "./answer.ts";
import type { JointWrites } from "./joint-writes.ts";
import { type EndReason, WatchWriter } from "./watch-writer.ts";

export interface WatchStreamOptions {
  readonly representation: Representation;
  readonly include: IncludeObject;
  readonly headers: OutgoingHttpHeaders;
  readonly counts: WatchCounts;
  /** Shared by all watches of a server. */
  readonly writes: JointWrites;
  /** Told when the watch ends because the client does not read. */
  tooSlow(): void;
  now(): number;
}

/** Resolves when the watch is over. */
export function serveWatch(
  exchange: Exchange,
  answer: Extract<Answer, { readonly type: "watch" }>,
  { representation, include, headers, counts, writes, tooSlow, now }: WatchStreamOptions,
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
      writer.close();
      signal.removeEventListener("abort", finish);
      if (!output.destroyed) output.end();
      resolve();
    };
    const cut = () => {
      finish();
      // What stands in the connection is never taken.
      output.destroy();
    };
    const onEnd = (reason: EndReason) => {
      if (reason === "too slow") tooSlow();
      if (reason === "finished") finish();
      else cut();
    };
    const writer = new WatchWriter({ output, frames, counts, writes, onEnd });
    // The watch may speak before `open` has returned.
    watch = answer.open({
      items: (items) => writer.add(items),
      end: (error) => queueMicrotask(() => writer.finish(error)),
    });
    if (finished) watch.stop();
    else if (signal.aborted) finish();
    else signal.addEventListener("abort", finish);
  });
}
