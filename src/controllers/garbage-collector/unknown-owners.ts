/** Objects with owners of kinds that nobody serves (yet): to be looked at again when the kind appears. */
import type { metav1 } from "../../api/mod.ts";

type OwnerKind = Pick<metav1.OwnerReference, "apiVersion" | "kind">;

/** Of one kind; what comes later waits for the next change of its own. */
const maximumWaiting = 100_000;

export class UnknownOwners {
  readonly #waiting = new Map<string, { readonly owner: OwnerKind; readonly keys: Set<string> }>();

  wait({ apiVersion, kind }: OwnerKind, key: string): void {
    const name = `${apiVersion}/${kind}`;
    let entry = this.#waiting.get(name);
    if (!entry) {
      entry = { owner: { apiVersion, kind }, keys: new Set() };
      this.#waiting.set(name, entry);
    }
    if (entry.keys.size < maximumWaiting) entry.keys.add(key);
  }

  /** Takes out the keys of all whose owners' kind is known now. */
  takeKnown(isKnown: (owner: OwnerKind) => boolean): string[] {
    const taken: string[] = [];
    for (const [name, { owner, keys }] of this.#waiting) {
      if (!isKnown(owner)) continue;
      this.#waiting.delete(name);
      taken.push(...keys);
    }
    return taken;
  }
}
