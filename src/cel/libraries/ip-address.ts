/** IP addresses as numbers. */
import { isIPv4, isIPv6 } from "node:net";

export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** No leading zeros, no zones, no IPv4 inside IPv6. Nothing where the text is no address. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { family: 4, bits: bitsOf4(text) };
  if (!isIPv6(text) || text.includes("%") || text.includes(".")) return undefined;
  return { family: 6, bits: bitsOf6(text) };
}

function bitsOf4(text: string): bigint {
  return text.split(".").reduce((bits, part) => bits * 256n + BigInt(part), 0n);
}

function bitsOf6(text: string): bigint {
  const [head = "", tail] = text.split("::");
  const before = head ? head.split(":") : [];
  const after = tail ? tail.split(":") : [];
  const groups =
    tail === undefined ? before : [...before, ...Array(8 - before.length - after.length).fill("0"), ...after];
  return groups.reduce((bits: bigint, group: string) => bits * 65536n + BigInt(`0x${group}`), 0n);
}

export function lengthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

/** RFC 5952: lower case, the longest run of zeros left out. */
export function formatAddress({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => (bits >> BigInt((7 - index) * 16)) & 0xffffn);
  const text = groups.map((group) => group.toString(16));
  const run = longestZeros(groups);
  if (run.length < 2) return text.join(":");
  return `${text.slice(0, run.start).join(":")}::${text.slice(run.start + run.length).join(":")}`;
}

function longestZeros(groups: readonly bigint[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === 0n) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** The first `length` bits. */
export function prefixOf({ family, bits }: Address, length: number): bigint {
  return bits >> BigInt(lengthOf(family) - length);
}
