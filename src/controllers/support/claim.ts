/**
 * Adoption and release: a controller takes orphans that match its selector and lets go of its own that no longer do. Both are patches
 * guarded by uid, so that a racing deletion and recreation is never touched.
 */
import { isConflict, isInvalid, isNotFound, type KubernetesObject, type ResourceInfo } from "../../api/mod.ts";
import type { Client, Informer } from "../../client/mod.ts";
import { controlledBy, controllerOf, newControllerReference, orphansIn } from "./controller-reference.ts";
import { isDeleting } from "./object.ts";

/** Whatever answers whether labels match. */
export interface Selector {
  matches(labels: Readonly<Record<string, string>>): boolean;
}

export interface ClaimOptions<T extends KubernetesObject> {
  readonly client: Client;
  readonly controller: KubernetesObject;
  /** The controller's own. */
  readonly resource: ResourceInfo<KubernetesObject>;
  readonly selector: Selector;
  /** Of what is claimed; given to `indexByController` before. */
  readonly informer: Informer<T>;
  /** What fails this is neither adopted nor released. Default: all of the namespace that the controller or nobody owns. */
  readonly isCandidate?: (object: T) => boolean;
  /** An orphan that fails this is left alone. */
  readonly mayAdopt?: (object: T) => boolean;
  /** Finalizer added at adoption and removed at release. */
  readonly finalizer?: string;
}

/** The candidates that belong to the controller after adoption and release. */
export async function claimObjects<T extends KubernetesObject>(options: ClaimOptions<T>): Promise<T[]> {
  const claimed: T[] = [];
  const adoptable: T[] = [];
  const releasable: T[] = [];
  for (const object of candidates(options)) {
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

function candidates<T extends KubernetesObject>(options: ClaimOptions<T>): readonly T[] {
  const { namespace, uid } = options.controller.metadata;
  const all = [...controlledBy(options.informer, uid), ...orphansIn(options.informer, namespace)];
  return options.isCandidate ? all.filter(options.isCandidate) : all;
}

function canAdopt<T extends KubernetesObject>(object: T, options: ClaimOptions<T>): boolean {
  if (isDeleting(options.controller) || isDeleting(object)) return false;
  return options.mayAdopt?.(object) ?? true;
}

/** Read past every cache: an adoption by a controller that is already going away would be undone by nobody. */
async function checkStillThere<T extends KubernetesObject>(options: ClaimOptions<T>): Promise<void> {
  const { name, namespace, uid } = options.controller.metadata;
  const fresh = await options.client.resource(options.resource).get(name, { namespace });
  if (fresh.metadata.uid !== uid)
    throw new Error(`original ${name} is gone: got uid ${fresh.metadata.uid}, wanted ${uid}`);
  if (isDeleting(fresh)) throw new Error(`${name} has just been deleted at ${fresh.metadata.deletionTimestamp}`);
}

/** False where the object went away meanwhile. */
async function adopt<T extends KubernetesObject>(object: T, options: ClaimOptions<T>): Promise<boolean> {
  const { uid } = object.metadata;
  const finalizers = options.finalizer === undefined ? {} : { finalizers: [options.finalizer] };
  const reference = newControllerReference(options.controller, options.resource);
  const patch = { metadata: { uid, ownerReferences: [reference], ...finalizers } };
  try {
    await patchObject(object, patch, options);
    return true;
  } catch (error) {
    if (isNotFound(error) || isUidMismatch(error)) return false;
    throw error;
  }
}

async function release<T extends KubernetesObject>(object: T, options: ClaimOptions<T>): Promise<void> {
  const { uid } = object.metadata;
  const finalizers =
    options.finalizer === undefined ? {} : { "$deleteFromPrimitiveList/finalizers": [options.finalizer] };
  const reference = { $patch: "delete", uid: options.controller.metadata.uid };
  const patch = { metadata: { uid, ownerReferences: [reference], ...finalizers } };
  try {
    await patchObject(object, patch, options);
  } catch (error) {
    // Gone, or no longer the object that was seen: there is nothing to let go of.
    if (!isNotFound(error) && !isUidMismatch(error)) throw error;
  }
}

async function patchObject<T extends KubernetesObject>(
  { metadata: { name, namespace } }: T,
  patch: object,
  { client, informer }: ClaimOptions<T>,
): Promise<void> {
  await client.resource(informer.resource).patch(name, patch, { type: "strategic", namespace });
}

/** A patch with another uid is a conflict or an invalid change, by the server's version. */
function isUidMismatch(error: unknown): boolean {
  return isConflict(error) || isInvalid(error);
}
