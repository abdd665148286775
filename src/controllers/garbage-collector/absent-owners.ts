/** Uids of owners known to be gone. A uid never comes back, so the knowledge does not age; it is only bounded. */

const capacity = 50_000;

export class AbsentOwners {
  /** In the order of insertion: the oldest leave first. */
  readonly #uids = new Set<string>();

  add(uid: string): void {
    this.#uids.add(uid);
    if (this.#uids.size <= capacity) return;
    for (const oldest of this.#uids) {
      this.#uids.delete(oldest);
      return;
    }
  }

  has(uid: string): boolean {
    return this.#uids.has(uid);
  }
}
