/**
 * Memory for the pieces of long answers, used again and again: each piece on its own would soon be garbage outside of V8's heap, and 300 MB of that,
 * one list of 300,000 objects, make V8 collect everything four times.
 */

/** Parts of about this size are written one by one. */
export const pieceBytes = 256 * 1024;
/** As many as long answers are likely to be sent at the same time. */
const mostFree = 8;

const ours = new WeakSet<ArrayBufferLike>();
const free: Buffer[] = [];

/** Of this size at least. What it holds is any. Who does not give it back leaves it to the garbage collector. */
export function takePiece(bytes: number): Buffer {
  if (bytes > pieceBytes) return Buffer.allocUnsafeSlow(bytes);
  const known = free.pop();
  if (known) return known;
  const piece = Buffer.allocUnsafeSlow(pieceBytes);
  ours.add(piece.buffer);
  return piece;
}

/** Nobody reads it any more. Bytes that come from elsewhere may be given as well. */
export function givePieceBack({ buffer }: Uint8Array): void {
  if (ours.has(buffer) && free.length < mostFree) free.push(Buffer.from(buffer));
}
