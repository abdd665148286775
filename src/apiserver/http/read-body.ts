import type { Readable } from "node:stream";
import { badRequest, entityTooLarge } from "../errors.ts";
import type { Exchange } from "./exchange.ts";

/** What one request may carry, in bytes. */
export const maximumBodyBytes = 3 * 1024 * 1024;

const nothing = Buffer.alloc(0);

/** The whole body. Throws a 413 as soon as it is known to be too large. */
export function readBody(exchange: Exchange, maximum = maximumBodyBytes): Buffer | Promise<Buffer> {
  if (!exchange.hasBody) return nothing;
  if (Number(exchange.headers["content-length"] ?? 0) > maximum) throw entityTooLarge(maximum);
  return collect(exchange.body, maximum);
}

/** By events: an iterator over a stream costs as much as a small request does otherwise, and so does taking the listeners away again. */
function collect(body: Readable, maximum: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length <= maximum) return;
      body.off("data", onData).pause();
      reject(entityTooLarge(maximum));
    };
    const onEnd = () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length));
    // A client that goes away is no fault of the server.
    const onClose = () => {
      if (!body.readableEnded) reject(badRequest("the request ended before its body did"));
    };
    if (body.destroyed) return onClose();
    body.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}
