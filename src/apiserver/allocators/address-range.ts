/** A block of addresses (CIDR) as numbers from its start: IPv4, and IPv6 of which the first 65,536 are used. */
import { BlockList, isIP } from "node:net";

/** No cluster has more services; more would only cost memory. */
const largestIpv6Range = 65_536;

export type IpFamily = "IPv4" | "IPv6";

export class AddressRange {
  readonly cidr: string;
  readonly family: IpFamily;
  /** Offsets 1 to `last` may be given to services. */
  readonly last: number;
  readonly #base: bigint;
  readonly #block = new BlockList();

  /** Throws a `RangeError` where the text is no CIDR. */
  constructor(cidr: string) {
    const [address = "", bits = ""] = cidr.split("/");
    const version = isIP(address);
    const width = version === 4 ? 32 : 128;
    const length = Number(bits);
    if (version === 0 || !/^\d+$/.test(bits) || length > width) throw new RangeError(`${cidr} is not a CIDR`);
    this.cidr = cidr;
    this.family = version === 4 ? "IPv4" : "IPv6";
    const size = 2n ** BigInt(width - length);
    this.#base = (numberOf(address) / size) * size;
    this.#block.addSubnet(address, length, version === 4 ? "ipv4" : "ipv6");
    // The first address names the network, in IPv4 the last one is for everybody.
    this.last = version === 4 ? Math.max(Number(size) - 2, 0) : Math.min(Number(size) - 1, largestIpv6Range);
  }

  address(offset: number): string {
    return textOf(this.#base + BigInt(offset), this.family);
  }

  /** Nothing where the address is outside, or not for services. */
  offset(address: string): number | undefined {
    const version = isIP(address);
    if (version === 0 || (version === 4) !== (this.family === "IPv4")) return undefined;
    if (!this.#block.check(address, version === 4 ? "ipv4" : "ipv6")) return undefined;
    const offset = Number(numberOf(address) - this.#base);
    return offset >= 1 && offset <= this.last ? offset : undefined;
  }
}

function numberOf(address: string): bigint {
  if (isIP(address) === 4) return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = !tail ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function textOf(value: bigint, family: IpFamily): string {
  if (family === "IPv4") return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - index * 16)) & 65_535n).toString(16));
  return shortestIpv6(groups);
}

/** RFC 5952: the longest run of zero groups is left out. */
function shortestIpv6(groups: readonly string[]): string {
  const runs = [...groups.join(":").matchAll(/(?:^|:)(?:0(?::|$)){2,}/g)].sort((a, b) => b[0].length - a[0].length);
  const text = groups.join(":");
  const [run] = runs;
  return run ? `${text.slice(0, run.index)}::${text.slice(run.index + run[0].length)}` : text;
}
