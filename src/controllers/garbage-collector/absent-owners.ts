/** Owners known to be gone. Neither a uid nor a reference with its uid comes back, so the knowledge does not age; it is only bounded. */
import type { metav1 } from "../../api/mod.ts";

const capacity = 50_000;

export class AbsentOwners {
  /** Uids of objects that were seen deleted. */
  readonly #deleted = new Set<string>();
  /** References, each as it was looked for. What another reference with the same uid names may well live. */
  readonly #unresolved = new Set<string>();

  deleted(uid: string): void {
    addBounded(this.#deleted, uid);
  }

  /** The server knows no such owner. `namespace` is where it was looked for: undefined for a cluster-wide kind. */
  unresolved(reference: metav1.OwnerReference, namespace: string | undefined): void {
    addBounded(this.#unresolved, keyOf(reference, namespace));
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

/** In the order of insertion: the oldest leave first. */
function addBounded(set: Set<string>, value: string): void {
  set.add(value);
  if (set.size <= capacity) return;
  for (const oldest of set) {
    set.delete(oldest);
    return;
  }
}
