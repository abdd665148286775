/** Sends an answer whose bytes are at hand, small ones in one piece, large ones as fast as the client takes them. */
import type { OutgoingHttpHeaders } from "node:http";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Body, byteLengthOf } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import { givePieceBack, pieceBytes, takePiece } from "./piece-memory.ts";

/** Smaller answers are not worth compressing. */
const compressFromBytes = 128 * 1024;

/**
 * Small answers are handed over at once, the promise of others resolves when they are; a client that goes away meanwhile is no error. Rejects with
 * what a body throws, whose answer breaks off.
 */
export function send(
  exchange: Exchange,
  status: number,
  headers: OutgoingHttpHeaders,
  parts: Body,
): void | Promise<void> {
  const length = byteLengthOf(parts);
  const compresses = shouldCompress(exchange, length);
  if (length <= pieceBytes && !compresses) return exchange.respond(status, headers, joined(parts, length));
  return sendInPieces({ exchange, status, headers, parts }, length, compresses);
}

interface LongAnswer {
  readonly exchange: Exchange;
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly parts: Body;
}

async function sendInPieces(answer: LongAnswer, length: number, compresses: boolean): Promise<void> {
  const { exchange, status, headers, parts } = answer;
  const more = compresses ? { "content-encoding": "gzip", vary: "Accept-Encoding" } : { "content-length": length };
  const output = exchange.stream(status, { ...headers, ...more });
  const compressor = compresses ? createGzip({ level: 1 }) : undefined;
  const isUsedAgain = compressor !== undefined || exchange.sendsWhatIsWritten;
  const source = new Source(isUsedAgain ? piecesUsedAgain(parts, compressor ?? output) : pieces(parts));
  const sent = compressor ? pipeline(source, compressor, output) : pipeline(source, output);
  await sent.catch((error) => {
    // Else the client has gone.
    if (error === source.failure) throw error;
  });
}

/** Knows what it threw itself: a bug may look like an error of the connection. */
class Source implements Iterable<Uint8Array> {
  failure: unknown;
  readonly #pieces: Iterable<Uint8Array>;

  constructor(pieces: Iterable<Uint8Array>) {
    this.#pieces = pieces;
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    try {
      yield* this.#pieces;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

/** The next piece is asked for when the last one is written, unless that was small. */
function* piecesUsedAgain(parts: Body, output: Writable): Generator<Uint8Array> {
  for (const piece of pieces(parts)) {
    yield piece;
    if (output.writableLength === 0) givePieceBack(piece);
  }
}

function joined(parts: Body, length: number): Uint8Array {
  const all = Array.isArray(parts) ? parts : [...parts];
  return all.length === 1 ? all[0]! : Buffer.concat(all, length);
}

function* pieces(parts: Body): Generator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for (const part of parts) {
    if (length === 0 && part.byteLength > pieceBytes / 2) {
      yield part;
      continue;
    }
    if (length + part.byteLength > pieceBytes) {
      yield asPiece(waiting, length);
      waiting = [];
      length = 0;
    }
    waiting.push(part);
    length += part.byteLength;
  }
  if (length > 0) yield asPiece(waiting, length);
}

function asPiece(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const piece = takePiece(length);
  let at = 0;
  for (const part of parts) {
    piece.set(part, at);
    at += part.byteLength;
  }
  return piece.subarray(0, length);
}

/** Between programs on one machine compression costs more than it saves. */
function shouldCompress({ headers, peer, method }: Exchange, length: number): boolean {
  if (length < compressFromBytes || peer.local || method === "HEAD") return false;
  return String(headers["accept-encoding"] ?? "").includes("gzip");
}
