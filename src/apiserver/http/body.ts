/** What is sent as an answer: bytes at hand, or bytes that are joined while the client takes them. */

/** Its parts may be given back (`piece-memory.ts`) by who has done with them. */
export interface LongBody extends Iterable<Uint8Array> {
  readonly byteLength: number;
}

export type Body = readonly Uint8Array[] | LongBody;

export function byteLengthOf(body: Body): number {
  if ("byteLength" in body) return body.byteLength;
  let length = 0;
  for (const part of body) length += part.byteLength;
  return length;
}
