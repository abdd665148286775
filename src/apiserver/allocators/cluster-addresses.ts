/**
 * The cluster's addresses for services: the ranges that the cluster was made with, and those of ServiceCIDR objects (KEP-1880). Ranges may
 * overlap; an address is given away once, whichever range it is looked for in.
 */
import { AddressRange, type IpFamily } from "./address-range.ts";
import { NumberPool, reservedNumbers } from "./number-pool.ts";

interface RangePool {
  readonly range: AddressRange;
  readonly pool: NumberPool;
}

export class ClusterAddresses {
  readonly ranges: readonly AddressRange[];
  /** By CIDR; the cluster's own first. */
  readonly #pools = new Map<string, RangePool>();
  readonly #taken = new Set<string>();

  /** The first range's family is that of services that do not care. */
  constructor(cidrs: readonly string[]) {
    this.ranges = cidrs.map((cidr) => new AddressRange(cidr));
    for (const range of this.ranges) this.#pools.set(range.cidr, this.#poolOf(range));
  }

  /** The families of the cluster, the preferred one first. */
  get families(): readonly IpFamily[] {
    return this.ranges.map(({ family }) => family);
  }

  /** The address of the API's own service. */
  get first(): string {
    return this.ranges[0]!.address(1);
  }

  /** From now on new addresses come from these ranges and the cluster's own; what is taken elsewhere stays taken. */
  setFurtherRanges(cidrs: readonly string[]): void {
    const wanted = new Set([...this.ranges.map(({ cidr }) => cidr), ...cidrs]);
    for (const cidr of this.#pools.keys()) if (!wanted.has(cidr)) this.#pools.delete(cidr);
    for (const cidr of wanted) if (!this.#pools.has(cidr)) this.#pools.set(cidr, this.#poolOf(new AddressRange(cidr)));
  }

  get taken(): ReadonlySet<string> {
    return this.#taken;
  }

  inRange(address: string): boolean {
    return this.#holders(address).length > 0;
  }

  /** Of each range. */
  use(): { readonly cidr: string; readonly taken: number; readonly free: number }[] {
    return [...this.#pools].map(([cidr, { pool }]) => ({ cidr, taken: pool.taken.size, free: pool.free }));
  }

  /** Answers why the address cannot be had, nothing where it is taken now. */
  take(address: string): string | undefined {
    const holders = this.#holders(address);
    if (holders.length === 0) return "the provided network does not match the current range";
    if (this.#taken.has(address)) return "provided IP is already allocated";
    this.#mark(address);
    return undefined;
  }

  /** Why a rehearsal cannot have the address: it only asks for the ranges, not who has it. */
  outside(address: string): string | undefined {
    if (this.#holders(address).length > 0) return undefined;
    const range = this.ranges.find(({ family }) => (family === "IPv6") === address.includes(":")) ?? this.ranges[0]!;
    return `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${range.cidr}`;
  }

  /** Takes what a stored service has, inside the ranges or not. */
  adopt(address: string): void {
    this.#mark(address);
  }

  takeAny(family: IpFamily): string | undefined {
    for (const { range, pool } of this.#pools.values()) {
      const offset = range.family === family ? pool.takeAny() : undefined;
      if (offset === undefined) continue;
      const address = range.address(offset);
      this.#mark(address);
      return address;
    }
    return undefined;
  }

  release(address: string): void {
    this.#taken.delete(address);
    for (const { pool, offset } of this.#holders(address)) pool.release(offset);
  }

  #mark(address: string): void {
    this.#taken.add(address);
    for (const { pool, offset } of this.#holders(address)) pool.take(offset);
  }

  #holders(address: string): { readonly pool: NumberPool; readonly offset: number }[] {
    const holders: { pool: NumberPool; offset: number }[] = [];
    for (const { range, pool } of this.#pools.values()) {
      const offset = range.offset(address);
      if (offset !== undefined) holders.push({ pool, offset });
    }
    return holders;
  }

  #poolOf(range: AddressRange): RangePool {
    const reserved = reservedNumbers(range.last, 16, 256);
    const pool = new NumberPool({ first: 1, last: range.last, reserved });
    for (const address of this.#taken) {
      const offset = range.offset(address);
      if (offset !== undefined) pool.take(offset);
    }
    return { range, pool };
  }
}
