/** What the collector does with one object, from what is known of its owners and dependents. Pure. */
import type { KubernetesObject, metav1 } from "../../api/mod.ts";
import { isDeleting } from "../support/object.ts";

const foregroundFinalizer = "foregroundDeletion";
export const orphanFinalizer = "orphan";

/** How one owner reference stands: its owner lives, is gone, waits for its dependents to go, or cannot be looked up. */
export type OwnerState = "solid" | "dangling" | "waiting" | "unknown";

export interface OwnerFinding {
  readonly reference: metav1.OwnerReference;
  readonly state: OwnerState;
}

export interface DependentFinding {
  readonly object: KubernetesObject;
  /** The dependent's reference says that the owner may not go before it. */
  readonly blocks: boolean;
}

export type Verdict =
  | { readonly action: "keep" }
  /** Take these references off; the object lives by its other owners. */
  | { readonly action: "disown"; readonly uids: ReadonlySet<string> }
  /** `unblock`: dependents wait for it in a circle, so its own references must not block first. */
  | {
      readonly action: "delete";
      readonly policy: "Background" | "Foreground" | "Orphan";
      readonly unblock: boolean;
    }
  /** All dependents that blocked are gone: let the object go. */
  | { readonly action: "release"; readonly finalizer: string }
  /** Delete these first. */
  | { readonly action: "delete-dependents"; readonly dependents: readonly KubernetesObject[] }
  /** Let all dependents live on without it, then let it go. */
  | { readonly action: "orphan-dependents" };

const keep: Verdict = Object.freeze({ action: "keep" });

function hasFinalizer(object: KubernetesObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) === true;
}

/** Deleted in the foreground: it goes last. */
export function waitsForDependents(object: KubernetesObject): boolean {
  return isDeleting(object) && hasFinalizer(object, foregroundFinalizer);
}

export function decide(
  object: KubernetesObject,
  owners: readonly OwnerFinding[],
  dependents: readonly DependentFinding[],
): Verdict {
  if (isDeleting(object)) return decideDeleting(object, dependents);
  if (owners.length === 0 || owners.some((owner) => owner.state === "unknown")) return keep;
  const lost = owners.filter((owner) => owner.state !== "solid");
  if (lost.length < owners.length) {
    if (lost.length === 0) return keep;
    return { action: "disown", uids: new Set(lost.map((owner) => owner.reference.uid)) };
  }
  const waiting = owners.some((owner) => owner.state === "waiting");
  if (waiting && dependents.length > 0) {
    const unblock = dependents.some((dependent) => waitsForDependents(dependent.object));
    return { action: "delete", policy: "Foreground", unblock };
  }
  return { action: "delete", policy: policyOf(object), unblock: false };
}

function decideDeleting(object: KubernetesObject, dependents: readonly DependentFinding[]): Verdict {
  if (hasFinalizer(object, orphanFinalizer)) return { action: "orphan-dependents" };
  if (!hasFinalizer(object, foregroundFinalizer)) return keep;
  const blocking = dependents.filter((dependent) => dependent.blocks);
  if (blocking.length === 0) return { action: "release", finalizer: foregroundFinalizer };
  const living = blocking.map((dependent) => dependent.object).filter((one) => !isDeleting(one));
  return living.length > 0 ? { action: "delete-dependents", dependents: living } : keep;
}

/** A finalizer set beforehand says how the object wants its dependents treated. */
function policyOf(object: KubernetesObject): "Background" | "Foreground" | "Orphan" {
  if (hasFinalizer(object, orphanFinalizer)) return "Orphan";
  return hasFinalizer(object, foregroundFinalizer) ? "Foreground" : "Background";
}
