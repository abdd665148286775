/** Numbers or addresses that are taken, held against the services that have them. */
import type { corev1 } from "../../api/mod.ts";

/** A service that is being written holds its numbers before it can be seen: only what stays unseen that often is given back. */
const looksBeforeRelease = 3;

export type ProblemType = "repair" | "leak" | "duplicate" | "outOfRange";

/** Addresses or ports. */
export interface Allocated<V> {
  /** Taken now. */
  taken(): Iterable<V>;
  has(value: V): boolean;
  inRange(value: V): boolean;
  take(value: V): void;
  release(value: V): void;
}

export interface Finding<V> {
  readonly type: ProblemType;
  readonly value: V;
  /** Nothing where no service has it. */
  readonly service?: corev1.Service;
}

/** One look, which mends what can be mended. Keeps count of what nobody was seen to have. */
export class Reconciliation<V> {
  readonly #allocated: Allocated<V>;
  readonly #unseen = new Map<V, number>();

  constructor(allocated: Allocated<V>) {
    this.#allocated = allocated;
  }

  look(owned: Iterable<readonly [value: V, service: corev1.Service]>): Finding<V>[] {
    const findings: Finding<V>[] = [];
    const seen = new Set<V>();
    for (const [value, service] of owned) {
      const type = this.#problemOf(value, seen);
      seen.add(value);
      if (type === "repair" || type === "outOfRange") this.#allocated.take(value);
      if (type) findings.push({ type, value, service });
    }
    return [...findings, ...this.#releaseUnseen(seen)];
  }

  #problemOf(value: V, seen: ReadonlySet<V>): ProblemType | undefined {
    if (seen.has(value)) return "duplicate";
    if (!this.#allocated.inRange(value)) return "outOfRange";
    return this.#allocated.has(value) ? undefined : "repair";
  }

  #releaseUnseen(seen: ReadonlySet<V>): Finding<V>[] {
    const findings: Finding<V>[] = [];
    const before = new Map(this.#unseen);
    this.#unseen.clear();
    for (const value of [...this.#allocated.taken()].filter((one) => !seen.has(one))) {
      const looks = (before.get(value) ?? 0) + 1;
      if (looks < looksBeforeRelease) this.#unseen.set(value, looks);
      else {
        this.#allocated.release(value);
        findings.push({ type: "leak", value });
      }
    }
    return findings;
  }
}
