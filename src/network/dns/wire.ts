/** Writes responses (RFC 1035), with compressed names: an answer with many addresses must fit in a small datagram. */
import { isIPv6 } from "node:net";
import type { Answer, DnsRecord } from "./records.ts";

const typeNumbers = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33 } as const;
const optType = 41;
const internetClass = 1;
const flags = { response: 0x8000, authoritative: 0x400, truncated: 0x200, recursionAvailable: 0x80 } as const;
/** Of a query's flags these come back: the opcode and the wish for recursion. */
const echoedFlags = 0x7900;
const headerLength = 12;
const largestPointer = 0x3fff;
const longestText = 255;

/** The largest datagram that this server sends or takes. */
export const serverPayloadSize = 4096;

export interface ResponseOptions {
  readonly query: Uint8Array;
  readonly answer: Answer;
  /** The query has an OPT record, so the response must. */
  readonly edns: boolean;
  /** Longest message, in bytes; what is longer is sent empty and marked, and the client asks again over TCP. */
  readonly limit: number;
}

export function encodeResponse(options: ResponseOptions): Buffer {
  const whole = encode(options, options.answer, false);
  if (whole.length <= options.limit) return whole;
  const bare = { ...options.answer, additional: [] };
  const withoutExtras = encode(options, bare, false);
  if (withoutExtras.length <= options.limit) return withoutExtras;
  return encode(options, { ...bare, answers: [], authority: [] }, true);
}

function encode({ query, edns }: ResponseOptions, answer: Answer, truncated: boolean): Buffer {
  const { answers, authority = [], additional = [] } = answer;
  const view = new DataView(query.buffer, query.byteOffset, query.byteLength);
  const question = questionBytes(query);
  const writer = new Writer();
  writer.uint16(view.getUint16(0));
  writer.uint16(
    flags.response |
      (view.getUint16(2) & echoedFlags) |
      (answer.authoritative ? flags.authoritative : 0) |
      (truncated ? flags.truncated : 0) |
      flags.recursionAvailable |
      answer.code,
  );
  writer.uint16(question.length === 0 ? 0 : 1);
  for (const count of [answers.length, authority.length, additional.length + (edns ? 1 : 0)]) writer.uint16(count);
  writer.question(question);
  for (const record of [...answers, ...authority, ...additional]) writer.record(record);
  if (edns) writer.opt();
  return writer.done();
}

/** The first question, as the client wrote it: case and all. Empty where it is broken. */
function questionBytes(query: Uint8Array): Uint8Array {
  if (query.length < headerLength || query[5] === 0) return new Uint8Array();
  let at = headerLength;
  while (at < query.length && query[at] !== 0) at += query[at]! + 1;
  const end = at + 5;
  return end > query.length ? new Uint8Array() : query.subarray(headerLength, end);
}

class Writer {
  #buffer = Buffer.alloc(1024);
  #length = 0;
  /** Where each name, by its text from some label on, stands. */
  readonly #names = new Map<string, number>();

  done(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  uint16(value: number): void {
    this.#reserve(2);
    this.#length = this.#buffer.writeUInt16BE(value, this.#length);
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32BE(value, this.#length);
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** Later names may point into it. */
  question(bytes: Uint8Array): void {
    const text = Buffer.from(bytes);
    let at = 0;
    const labels: { readonly at: number; readonly label: string }[] = [];
    while (at < text.length && text[at] !== 0) {
      const end = at + 1 + text[at]!;
      labels.push({ at, label: text.toString("latin1", at + 1, end).toLowerCase() });
      at = end;
    }
    labels.forEach((one, index) => {
      const name = labels
        .slice(index)
        .map(({ label }) => label)
        .join(".");
      this.#names.set(name, this.#length + one.at);
    });
    this.bytes(bytes);
  }

  record(record: DnsRecord): void {
    this.name(record.name);
    this.uint16(typeNumbers[record.type]);
    this.uint16(internetClass);
    this.uint32(record.ttl);
    const lengthAt = this.#length;
    this.uint16(0);
    this.#data(record);
    this.#buffer.writeUInt16BE(this.#length - lengthAt - 2, lengthAt);
  }

  opt(): void {
    this.bytes(Uint8Array.of(0));
    this.uint16(optType);
    this.uint16(serverPayloadSize);
    this.uint32(0);
    this.uint16(0);
  }

  name(name: string, options: { readonly compress: boolean } = { compress: true }): void {
    for (let rest = name; rest !== ""; rest = rest.slice(rest.indexOf(".") + 1)) {
      const known = options.compress ? this.#names.get(rest) : undefined;
      if (known !== undefined) {
        this.uint16(0xc000 | known);
        return;
      }
      if (this.#length <= largestPointer && !this.#names.has(rest)) this.#names.set(rest, this.#length);
      const label = Buffer.from(rest.split(".", 1)[0]!, "latin1");
      this.bytes(Uint8Array.of(label.length));
      this.bytes(label);
      if (!rest.includes(".")) break;
    }
    this.bytes(Uint8Array.of(0));
  }

  #data(record: DnsRecord): void {
    switch (record.type) {
      case "A":
        this.bytes(Uint8Array.from(record.address.split("."), Number));
        break;
      case "AAAA":
        this.bytes(ipv6Bytes(record.address));
        break;
      case "CNAME":
      case "NS":
      case "PTR":
        this.name(record.target);
        break;
      case "TXT":
        this.#text(record.text);
        break;
      case "SRV":
        for (const value of [record.priority, record.weight, record.port]) this.uint16(value);
        // RFC 2782: not compressed.
        this.name(record.target, { compress: false });
        break;
      case "SOA":
        this.#authority(record);
        break;
    }
  }

  #text(text: string): void {
    const bytes = Buffer.from(text).subarray(0, longestText);
    this.bytes(Uint8Array.of(bytes.length));
    this.bytes(bytes);
  }

  #authority(record: DnsRecord & { readonly type: "SOA" }): void {
    this.name(record.primary);
    this.name(record.mailbox);
    // Serial, refresh, retry, expire, and how long a client may remember that a name does not exist.
    for (const value of [record.serial, 7200, 1800, 86_400, record.ttl]) this.uint32(value);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.alloc(Math.max(this.#buffer.length * 2, this.#length + more));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

function ipv6Bytes(address: string): Uint8Array {
  if (!isIPv6(address)) return new Uint8Array(16);
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string | undefined) => (text ? text.split(":").map((group) => Number.parseInt(group, 16)) : []);
  const [first, last] = [groups(head), groups(tail)];
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
