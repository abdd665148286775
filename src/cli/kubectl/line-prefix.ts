/** A text before each line of a log, whose bytes stay as they are. */
import type { Readable } from "node:stream";

/** Ends with a whole line, so that no other log's prefix stands in the midst of one. The prefix is ASCII. */
export async function* prefixed(log: Readable, prefix: string): AsyncIterable<Buffer> {
  let isLineStart = true;
  // In Latin-1 each byte is a character, whatever the log is written in.
  for await (const text of log.setEncoding("latin1") as AsyncIterable<string>) {
    yield Buffer.from((isLineStart ? prefix : "") + text.replace(/\n(?=.)/gs, `\n${prefix}`), "latin1");
    isLineStart = text.endsWith("\n");
  }
  if (!isLineStart) yield Buffer.from("\n");
}
