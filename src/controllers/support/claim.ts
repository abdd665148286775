/**
 * Adoption and release: a controller takes orphans that match its selector and lets go of its own that no longer do. Both are patches
 * guarded by uid, so that a racing deletion and recreation is never touched.
 */
import { isConflict, isInvalid, isNotFound, type KubernetesObject, type metav1 } from "../../api/mod.ts";
import type { ResourceClient } from "../../client/mod.ts";
import { controllerOf } from "./controller-reference.ts";
import { isDeleting } from "./object.ts";

/** Whatever answers whether labels match. */
export interface Selector {
  matches(labels: Readonly<Record<string, string>>): boolean;
}

export interface ClaimOptions<T extends KubernetesObject> {
  readonly controller: KubernetesObject;
  readonly reference: metav1.OwnerReference;
  readonly selector: Selector;
  readonly candidates: readonly T[];
  readonly client: ResourceClient<T>;
  /** An orphan that fails this is left alone. */
  readonly mayAdopt?: (object: T) => boolean;
  /** Reads the controller past every cache: an adoption by a controller that is already going away would be undone by nobody. */
  readonly readController: () => Promise<KubernetesObject>;
  /** Finalizer added at adoption and removed at release. */
  readonly finalizer?: string;
}

/** The candidates that belong to the controller after adoption and release. */
export async function claimObjects<T extends KubernetesObject>(options: ClaimOptions<T>): Promise<T[]> {
  const claimed: T[] = [];
  const adoptable: T[] = [];
  const releasable: T[] = [];
  for (const object of options.candidates) {
    const owner = controllerOf(object);
    const matches = options.selector.matches(object.metadata.labels ?? {});
    if (owner === undefined) {
      if (matches && canAdopt(object, options)) adoptable.push(object);
    } else if (owner.uid === options.controller.metadata.uid) {
      if (matches) claimed.push(object);
      else if (!isDeleting(options.controller)) releasable.push(object);
    }
  }
  await Promise.all(releasable.map((object) => release(object, options)));
  if (adoptable.length > 0) {
    await checkStillThere(options);
    const adopted = await Promise.all(adoptable.map((object) => adopt(object, options)));
    claimed.push(...adoptable.filter((_, index) => adopted[index]));
  }
  return claimed;
}

function canAdopt<T extends KubernetesObject>(object: T, options: ClaimOptions<T>): boolean {
  if (isDeleting(options.controller) || isDeleting(object)) return false;
  return options.mayAdopt?.(object) ?? true;
}

async function checkStillThere<T extends KubernetesObject>(options: ClaimOptions<T>): Promise<void> {
  const fresh = await options.readController();
  const { name, uid } = options.controller.metadata;
  if (fresh.metadata.uid !== uid)
    throw new Error(`original ${name} is gone: got uid ${fresh.metadata.uid}, wanted ${uid}`);
  if (isDeleting(fresh)) throw new Error(`${name} has just been deleted at ${fresh.metadata.deletionTimestamp}`);
}

/** False where the object went away meanwhile. */
async function adopt<T extends KubernetesObject>(object: T, options: ClaimOptions<T>): Promise<boolean> {
  const { name, namespace, uid } = object.metadata;
  const finalizers = options.finalizer === undefined ? {} : { finalizers: [options.finalizer] };
  const patch = { metadata: { uid, ownerReferences: [options.reference], ...finalizers } };
  try {
    await options.client.patch(name, patch, { type: "strategic", ...(namespace ? { namespace } : {}) });
    return true;
  } catch (error) {
    if (isNotFound(error) || isUidMismatch(error)) return false;
    throw error;
  }
}

async function release<T extends KubernetesObject>(object: T, options: ClaimOptions<T>): Promise<void> {
  const { name, namespace, uid } = object.metadata;
  const finalizers =
    options.finalizer === undefined ? {} : { "$deleteFromPrimitiveList/finalizers": [options.finalizer] };
  const reference = { $patch: "delete", uid: options.controller.metadata.uid };
  const patch = { metadata: { uid, ownerReferences: [reference], ...finalizers } };
  try {
    await options.client.patch(name, patch, { type: "strategic", ...(namespace ? { namespace } : {}) });
  } catch (error) {
    // Gone, or no longer the object that was seen: there is nothing to let go of.
    if (!isNotFound(error) && !isUidMismatch(error)) throw error;
  }
}

/** A patch with another uid is a conflict or an invalid change, by the server's version. */
function isUidMismatch(error: unknown): boolean {
  return isConflict(error) || isInvalid(error);
}
