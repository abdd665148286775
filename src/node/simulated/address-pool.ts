/** Addresses of a node's pods, out of its range; each is given again only when the others have had their turn. */
import { NodeError } from "../runtime/errors.ts";

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

export class AddressPool {
  /** The first is the network's, the second its gateway's. */
  readonly #first: number;
  readonly #count: number;
  readonly #used = new Set<number>();
  #next = 0;

  /** `cidr` is an IPv4 range: `10.244.1.0/24`. */
  constructor(cidr: string) {
    const [base = "", bits = "24"] = cidr.split("/");
    const size = 2 ** (32 - Number(bits));
    this.#first = toNumber(base) + 2;
    this.#count = size - 3;
  }

  take(): string {
    for (let tried = 0; tried < this.#count; tried++) {
      const candidate = this.#first + this.#next;
      this.#next = (this.#next + 1) % this.#count;
      if (this.#used.has(candidate)) continue;
      this.#used.add(candidate);
      return toAddress(candidate);
    }
    throw new NodeError("failed", "the node's range of pod addresses is used up");
  }

  giveBack(address: string): void {
    this.#used.delete(toNumber(address));
  }
}
