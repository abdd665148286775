/** Reads DNS messages; the package does the work and has no types of its own. */
import { createRequire } from "node:module";

export interface PacketQuestion {
  readonly name: string;
  readonly type: string;
  readonly class: string;
}

export interface PacketRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl?: number;
  readonly data?: unknown;
  /** Of an OPT record. */
  readonly udpPayloadSize?: number;
}

export interface Packet {
  readonly id: number;
  readonly type: "query" | "response";
  readonly opcode: string;
  readonly rcode: string;
  readonly flags: number;
  readonly questions: readonly PacketQuestion[];
  readonly answers: readonly PacketRecord[];
  readonly additionals: readonly PacketRecord[];
}

interface PacketReader {
  decode(message: Uint8Array): Packet;
  encode(packet: object): Buffer;
}

const load = createRequire(import.meta.url);

/** Loaded for the first message. */
const reader = () => load("dns-packet") as PacketReader;

/** `undefined` where the bytes are no DNS message. */
export function decodePacket(message: Uint8Array): Packet | undefined {
  try {
    return reader().decode(message);
  } catch {
    return undefined;
  }
}

const recursionDesired = 0x100;

export function encodeQuery(id: number, name: string, type: string): Buffer {
  return reader().encode({ type: "query", id, flags: recursionDesired, questions: [{ name, type, class: "IN" }] });
}
