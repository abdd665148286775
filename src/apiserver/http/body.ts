/** What is sent as an answer: bytes at hand, or bytes that are joined while the client takes them. */

export interface LongBody extends Iterable<Uint8Array> {
  readonly byteLength: number;
}

export type Body = readonly Uint8Array[] | LongBody;

/** Parts of about this size are written one by one. */
export const pieceBytes = 256 * 1024;

export function byteLengthOf(body: Body): number {
  if ("byteLength" in body) return body.byteLength;
  let length = 0;
  for (const part of body) length += part.byteLength;
  return length;
}
