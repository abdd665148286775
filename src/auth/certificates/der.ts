/**
 * The few ASN.1 types of which certificates are made, in their distinguished encoding (X.690). Writing them here takes a millisecond where
 * loading an ASN.1 library takes a tenth of a second of every cluster's first start.
 */

function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

export const der = {
  sequence: (...contents: Uint8Array[]) => element(0x30, ...contents),
  set: (...contents: Uint8Array[]) => element(0x31, ...contents),
  /** `bytes`: big-endian and not negative. */
  integer: (bytes: Uint8Array) => element(0x02, ...(bytes[0]! & 0x80 ? [Buffer.of(0)] : []), bytes),
  boolean: (value: boolean) => element(0x01, Buffer.of(value ? 0xff : 0)),
  nothing: () => element(0x05),
  octets: (content: Uint8Array) => element(0x04, content),
  /** `unused`: bits of the last byte that do not count. */
  bits: (content: Uint8Array, unused = 0) => element(0x03, Buffer.of(unused), content),
  text: (value: string) => element(0x0c, Buffer.from(value, "utf8")),
  /** A value with a tag of its place: constructed, or primitive in place of its own tag. */
  tagged: (number: number, ...contents: Uint8Array[]) => element(0xa0 | number, ...contents),
  taggedPrimitive: (number: number, content: Uint8Array) => element(0x80 | number, content),

  /** Dotted numbers. */
  identifier(text: string): Buffer {
    const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
    return element(0x06, Buffer.of(first * 40 + second), ...rest.map(base128));
  },

  /** Milliseconds since the epoch; in two forms, because RFC 5280 wants two-digit years until 2049. */
  time(milliseconds: number): Buffer {
    const digits = new Date(milliseconds)
      .toISOString()
      .replace(/\.\d+Z$/, "Z")
      .replace(/[-:T]/g, "");
    return Number(digits.slice(0, 4)) < 2050
      ? element(0x17, Buffer.from(digits.slice(2), "latin1"))
      : element(0x18, Buffer.from(digits, "latin1"));
  },
};

function base128(number: number): Buffer {
  const groups = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) groups.unshift(0x80 | (rest & 0x7f));
  return Buffer.from(groups);
}

export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** With tag and length. */
  readonly whole: Buffer;
}

/** The elements that stand side by side in `bytes`. Throws where they do not fill it. */
export function readDer(bytes: Buffer): DerElement[] {
  const found: DerElement[] = [];
  for (let start = 0; start < bytes.length; ) {
    const one = readElement(bytes, start);
    found.push(one);
    start += one.whole.length;
  }
  return found;
}

function readElement(bytes: Buffer, start: number): DerElement {
  const first = bytes[start + 1];
  if (first === undefined) throw new Error("the ASN.1 ends too early");
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const contentStart = start + 2 + lengthBytes;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(start + 2, lengthBytes);
  const end = contentStart + length;
  if (end > bytes.length) throw new Error("the ASN.1 ends too early");
  return { tag: bytes[start]!, content: bytes.subarray(contentStart, end), whole: bytes.subarray(start, end) };
}
