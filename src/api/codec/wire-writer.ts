/**
 * Writes the protobuf wire from the end to the start: the length of a nested message is known once it stands, so nothing is measured twice.
 * Fields, list items and map entries must therefore be written last first.
 */
import { wireType } from "./wire-reader.ts";

const firstSize = 16 * 1024;

export class WireWriter {
  #bytes = Buffer.allocUnsafeSlow(firstSize);
  /** Everything from here to the end is written. */
  position = firstSize;

  /** How much is written: the difference of two answers is the length of what came between. */
  get length(): number {
    return this.#bytes.length - this.position;
  }

  /** A copy of what is written; the writer is empty again. */
  finish(): Buffer {
    const result = Buffer.from(this.#bytes.subarray(this.position));
    if (this.#bytes.length > keptSize) this.#bytes = Buffer.allocUnsafeSlow(firstSize);
    this.position = this.#bytes.length;
    return result;
  }

  /** Forgets what is written: after an error in the middle. */
  reset(): void {
    this.position = this.#bytes.length;
  }

  #reserve(count: number): Buffer {
    if (this.position >= count) return this.#bytes;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.length + count));
    const position = grown.length - this.length;
    this.#bytes.copy(grown, position, this.position);
    this.#bytes = grown;
    this.position = position;
    return grown;
  }

  tag(field: number, type: number): void {
    this.varint(field * 8 + type);
  }

  /** Not negative, within 53 bits. */
  varint(value: number): void {
    const bytes = this.#reserve(8);
    if (value < 0x80) {
      bytes[--this.position] = value;
      return;
    }
    let size = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
    this.position -= size;
    let rest = value;
    for (let at = this.position; rest >= 0x80; at++) {
      bytes[at] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    bytes[this.position + size - 1] = rest;
  }

  int64(value: number): void {
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) this.varint(value);
    else this.#wideInt64(BigInt(Math.min(Math.max(value, -(2 ** 63)), 2 ** 63)));
  }

  #wideInt64(value: bigint): void {
    const bytes = this.#reserve(10);
    let rest = BigInt.asUintN(64, value >= 2n ** 63n ? 2n ** 63n - 1n : value);
    const groups: number[] = [];
    for (; rest >= 0x80n; rest >>= 7n) groups.push(Number(rest & 0x7fn) | 0x80);
    groups.push(Number(rest));
    this.position -= groups.length;
    for (const [index, group] of groups.entries()) bytes[this.position + index] = group;
  }

  double(value: number): void {
    const bytes = this.#reserve(8);
    this.position -= 8;
    bytes.writeDoubleLE(value, this.position);
  }

  /** The text and, before it, its length. */
  text(value: string): void {
    const size = value.length < shortText && this.#shortText(value) ? value.length : this.#longText(value);
    this.varint(size);
  }

  #shortText(value: string): boolean {
    const bytes = this.#reserve(value.length);
    const start = this.position - value.length;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) return false;
      bytes[start + index] = code;
    }
    this.position = start;
    return true;
  }

  #longText(value: string): number {
    const size = Buffer.byteLength(value);
    const bytes = this.#reserve(size);
    this.position -= size;
    bytes.write(value, this.position, size, "utf8");
    return size;
  }

  /** The bytes alone. */
  raw(value: Uint8Array): void {
    const bytes = this.#reserve(value.length);
    this.position -= value.length;
    bytes.set(value, this.position);
  }

  /** The bytes of a nested field: tag, length, content. */
  bytesField(field: number, value: Uint8Array): void {
    this.raw(value);
    this.varint(value.length);
    this.tag(field, wireType.bytes);
  }

  textField(field: number, value: string): void {
    this.text(value);
    this.tag(field, wireType.bytes);
  }
}

const shortText = 40;
const keptSize = 1024 * 1024;
