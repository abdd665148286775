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
  if (!compresses) {
    const source = exchange.sendsWhatIsWritten ? piecesUsedAgain(parts, output) : pieces(parts);
    await pipeline(source, output).catch(ignoreLostClient);
    return;
  }
  const compressor = createGzip({ level: 1 });
  await pipeline(piecesUsedAgain(parts, compressor), compressor, output).catch(ignoreLostClient);
}

/** Errors of connections have a code. */
function ignoreLostClient(error: NodeJS.ErrnoException): void {
  if (error.code === undefined) throw error;
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
