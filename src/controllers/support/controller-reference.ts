/** The one owner reference that says who manages an object (`controller: true`). */
import type { KubernetesObject, metav1, ResourceInfo } from "../../api/mod.ts";
import type { Informer } from "../../client/mod.ts";

export function controllerOf(object: KubernetesObject): metav1.OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

export function isControlledBy(object: KubernetesObject, owner: KubernetesObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

/** Kind and version come from the resource: objects inside lists carry neither. */
export function newControllerReference(
  owner: KubernetesObject,
  resource: Pick<ResourceInfo<KubernetesObject>, "apiVersion" | "kind">,
): metav1.OwnerReference {
  return {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The owner as an object, where it is of this kind, is still in the cache and is the same incarnation. */
export function resolveController<T extends KubernetesObject>(
  object: KubernetesObject,
  owners: Informer<T>,
): T | undefined {
  const reference = controllerOf(object);
  if (reference === undefined || reference.kind !== owners.resource.kind) return undefined;
  const owner = owners.lister.get(reference.name, object.metadata.namespace);
  return owner?.metadata.uid === reference.uid ? owner : undefined;
}

const controllerIndex = "controller";
const indexed = new WeakSet<object>();

/** Files objects under their controller's uid, and those without one under their namespace. Informers are shared, so it is added once. */
export function indexByController<T extends KubernetesObject>(informer: Informer<T>): void {
  if (indexed.has(informer)) return;
  indexed.add(informer);
  informer.addIndex(controllerIndex, (object) => [controllerOf(object)?.uid ?? orphanKey(object.metadata.namespace)]);
}

/** Objects controlled by this uid. The informer must have been given to `indexByController`. */
export function controlledBy<T extends KubernetesObject>(informer: Informer<T>, uid: string): readonly T[] {
  return informer.lister.byIndex(controllerIndex, uid);
}

/** Objects of a namespace that no controller owns: candidates for adoption. */
export function orphansIn<T extends KubernetesObject>(informer: Informer<T>, namespace: string): readonly T[] {
  return informer.lister.byIndex(controllerIndex, orphanKey(namespace));
}

function orphanKey(namespace: string | undefined): string {
  return `orphan/${namespace ?? ""}`;
}
