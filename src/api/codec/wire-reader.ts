/** Reads the protobuf wire: varints, lengths, text. */

/** The bytes are no protobuf message of the schema. */
export class WireError extends Error {
  override readonly name = "WireError";
}

export const wireType = Object.freeze({ varint: 0, fixed64: 1, bytes: 2, fixed32: 5 });

/** Messages within each other: only the schemas of custom resources nest without end. */
const maximumDepth = 1000;

export class WireReader {
  readonly #bytes: Buffer;
  #depth = 0;
  position: number;
  /** Where the message being read ends. */
  end: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = 0;
    this.end = bytes.byteLength;
  }

  /** Reads a length and goes into the message of that many bytes. Answers where the one around it ends, for `leave`. */
  enter(): number {
    const outerEnd = this.end;
    this.end = this.lengthEnd();
    if (++this.#depth > maximumDepth) throw new WireError("proto: exceeded max depth");
    return outerEnd;
  }

  leave(outerEnd: number): void {
    this.#depth--;
    this.end = outerEnd;
  }

  /** An unsigned varint; beyond 53 bits it is rounded. */
  varint(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.position++] ?? 0;
    if (byte < 0x80) return this.#within(byte);
    let value = byte & 0x7f;
    let factor = 0x80;
    for (let count = 1; count < 10; count++) {
      byte = bytes[this.position++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return this.#within(value);
      factor *= 0x80;
    }
    throw new WireError("proto: integer overflow");
  }

  #within(value: number): number {
    if (this.position > this.end) throw new WireError("unexpected EOF");
    return value;
  }

  /** A signed 64-bit varint in two's complement; beyond 53 bits it is rounded. */
  int64(): number {
    const bytes = this.#bytes;
    // Only negative numbers (and absurdly large ones) take all ten bytes.
    const tenth = this.position + 9;
    for (let at = this.position; at < tenth; at++) if ((bytes[at] ?? 0) < 0x80) return this.varint();
    return this.#wideInt64();
  }

  #wideInt64(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.position++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return this.#within(Number(BigInt.asIntN(64, value)));
  }

  int32(): number {
    return this.int64() | 0;
  }

  double(): number {
    this.position += 8;
    this.#within(0);
    return this.#bytes.readDoubleLE(this.position - 8);
  }

  /** Reads a length and answers where what it measures ends. */
  lengthEnd(): number {
    const end = this.varint() + this.position;
    if (end > this.end) throw new WireError("unexpected EOF");
    return end;
  }

  text(): string {
    const end = this.lengthEnd();
    const from = this.position;
    this.position = end;
    const short = end - from <= shortText ? this.#shortText(from, end) : undefined;
    return short ?? this.#bytes.toString("utf8", from, end);
  }

  /** A native call costs more than a short loop; undefined where the text is not plain ASCII. */
  #shortText(from: number, end: number): string | undefined {
    let text = "";
    for (let at = from; at < end; at++) {
      const code = this.#bytes[at] ?? 0;
      if (code >= 0x80) return undefined;
      text += String.fromCharCode(code);
    }
    return text;
  }

  base64(): string {
    const end = this.lengthEnd();
    const from = this.position;
    this.position = end;
    return this.#bytes.toString("base64", from, end);
  }

  /** A view of the bytes, not a copy. */
  bytes(): Buffer {
    const end = this.lengthEnd();
    const from = this.position;
    this.position = end;
    return this.#bytes.subarray(from, end);
  }

  /** Passes over a value that is zero, or has nothing in it; false where it is not. */
  passZero(type: number): boolean {
    const from = this.position;
    this.skip(type);
    for (let at = from; at < this.position; at++) if (this.#bytes[at] !== 0) return false;
    return true;
  }

  /** Passes over a value, and over one in another message; false where their bytes differ. */
  passSame(type: number, other: WireReader): boolean {
    const [from, start] = [this.position, other.position];
    this.skip(type);
    other.skip(type);
    const length = this.position - from;
    if (length !== other.position - start) return false;
    const [bytes, others] = [this.#bytes, other.#bytes];
    if (length > shortField) return bytes.compare(others, start, other.position, from, this.position) === 0;
    for (let at = 0; at < length; at++) if (bytes[from + at] !== others[start + at]) return false;
    return true;
  }

  /** Passes over a field of a number that the schema does not know. */
  skip(type: number): void {
    if (type === wireType.varint) this.varint();
    else if (type === wireType.fixed64) this.position += 8;
    else if (type === wireType.bytes) this.position = this.lengthEnd();
    else if (type === wireType.fixed32) this.position += 4;
    else throw new WireError(`proto: illegal wireType ${type}`);
    this.#within(0);
  }
}

const shortText = 12;
/** What is longer is compared by a native call. */
const shortField = 48;
