/** The cluster's addresses for services, one pool for each IP family. */
import { AddressRange, type IpFamily } from "./address-range.ts";
import { NumberPool, reservedNumbers } from "./number-pool.ts";

interface FamilyPool {
  readonly range: AddressRange;
  readonly pool: NumberPool;
}

export class ClusterAddresses {
  readonly ranges: readonly AddressRange[];
  readonly #pools = new Map<IpFamily, FamilyPool>();

  /** The first range's family is that of services that do not care. */
  constructor(cidrs: readonly string[]) {
    this.ranges = cidrs.map((cidr) => new AddressRange(cidr));
    for (const range of this.ranges) {
      const reserved = reservedNumbers(range.last, 16, 256);
      this.#pools.set(range.family, { range, pool: new NumberPool({ first: 1, last: range.last, reserved }) });
    }
  }

  /** The families of the cluster, the preferred one first. */
  get families(): readonly IpFamily[] {
    return this.ranges.map(({ family }) => family);
  }

  /** The address of the API's own service. */
  get first(): string {
    return this.ranges[0]!.address(1);
  }

  /** Answers why the address cannot be had, nothing where it is taken now. */
  take(address: string): string | undefined {
    const found = this.#find(address);
    if (!found) return "the provided network does not match the current range";
    return found.pool.take(found.offset) ? undefined : "provided IP is already allocated";
  }

  takeAny(family: IpFamily): string | undefined {
    const pool = this.#pools.get(family);
    const offset = pool?.pool.takeAny();
    return offset === undefined ? undefined : pool!.range.address(offset);
  }

  release(address: string): void {
    const found = this.#find(address);
    found?.pool.release(found.offset);
  }

  #find(address: string): { readonly pool: NumberPool; readonly offset: number } | undefined {
    for (const { range, pool } of this.#pools.values()) {
      const offset = range.offset(address);
      if (offset !== undefined) return { pool, offset };
    }
    return undefined;
  }
}
