/**
 * A text in one piece. V8 keeps what was joined as its pieces and what was cut as a part of the whole, and `JSON.stringify` takes twice as long for
 * an object, all of it, where one of its texts is such a one: for texts that are made here and go into many objects.
 */
export function inOnePiece(text: string): string {
  return Buffer.from(text).toString();
}
