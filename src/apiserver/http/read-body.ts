import { entityTooLarge } from "../errors.ts";
import type { Exchange } from "./exchange.ts";

/** What one request may carry, in bytes. */
export const maximumBodyBytes = 3 * 1024 * 1024;

const nothing = Buffer.alloc(0);

/** The whole body. Throws a 413 as soon as it is known to be too large. */
export async function readBody(exchange: Exchange, maximum = maximumBodyBytes): Promise<Buffer> {
  if (!exchange.hasBody) return nothing;
  if (Number(exchange.headers["content-length"] ?? 0) > maximum) throw entityTooLarge(maximum);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of exchange.body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximum) throw entityTooLarge(maximum);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
}
