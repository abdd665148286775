/**
 * Owners known to be gone. Neither a uid nor a reference with its uid comes back, so the knowledge does not become wrong; but it is of use only
 * while dependents go the same way, and is forgotten after that. Who comes later has the server asked again.
 */
import type { metav1 } from "../../api/mod.ts";
import type { Clock } from "../../client/mod.ts";

/** Twice as many at most, and twice as long. */
const capacity = 25_000;
const keptMs = 300_000;

export class AbsentOwners {
  /** Uids of objects that were seen deleted. */
  readonly #deleted: RecentTexts;
  /** References, each as it was looked for. What another reference with the same uid names may well live. */
  readonly #unresolved: RecentTexts;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#deleted = new RecentTexts(clock);
    this.#unresolved = new RecentTexts(clock);
  }

  deleted(uid: string): void {
    this.#deleted.add(uid);
  }

  /** The server knows no such owner. `namespace` is where it was looked for: undefined for a cluster-wide kind. */
  unresolved(reference: metav1.OwnerReference, namespace: string | undefined): void {
    this.#unresolved.add(keyOf(reference, namespace));
  }

  isDeleted(uid: string): boolean {
    return this.#deleted.has(uid);
  }

  isUnresolved(reference: metav1.OwnerReference, namespace: string | undefined): boolean {
    return this.#unresolved.has(keyOf(reference, namespace));
  }
}

/** Names and uids of references are any text, so no separator would be safe. */
function keyOf({ apiVersion, kind, name, uid }: metav1.OwnerReference, namespace = ""): string {
  return JSON.stringify([namespace, apiVersion, kind, name, uid]);
}

/** Two sets, so that no text needs a time of its own: when the newer one is full or old, it takes the place of the older. */
class RecentTexts {
  readonly #clock: Pick<Clock, "monotonic">;
  #newer = new Set<string>();
  #older = new Set<string>();
  #began: number;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
    this.#began = clock.monotonic();
  }

  add(text: string): void {
    const now = this.#clock.monotonic();
    if (this.#newer.size >= capacity || now - this.#began > keptMs) {
      this.#older = this.#newer;
      this.#newer = new Set();
      this.#began = now;
    }
    this.#newer.add(text);
  }

  has(text: string): boolean {
    return this.#newer.has(text) || this.#older.has(text);
  }
}
