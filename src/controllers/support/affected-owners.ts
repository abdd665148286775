/** Which owners are to be looked at again when something that they own, or might adopt, has changed. */
import type { KubernetesObject } from "../../api/mod.ts";
import type { Informer } from "../../client/mod.ts";
import type { Selector } from "./claim.ts";
import { controllerOf, resolveController } from "./controller-reference.ts";
import { isDeleting } from "./object.ts";

type SelectorOf<C> = (owner: C) => Selector;

/** The controller, the one before where it was another, and who may adopt an object that has none. */
export function affectedOwners<C extends KubernetesObject>(
  owners: Informer<C>,
  selectorOf: SelectorOf<C>,
  object: KubernetesObject,
  old: KubernetesObject = object,
): readonly C[] {
  const known = new Set([resolveController(object, owners), resolveController(old, owners)]);
  known.delete(undefined);
  const isOrphan = controllerOf(object) === undefined && !isDeleting(object);
  return [...(known as Set<C>), ...(isOrphan ? adopters(owners, selectorOf, object) : [])];
}

/** Whose selector matches an object that no controller owns. */
export function adopters<C extends KubernetesObject>(
  owners: Informer<C>,
  selectorOf: SelectorOf<C>,
  orphan: KubernetesObject,
): readonly C[] {
  const labels = orphan.metadata.labels ?? {};
  return owners.lister.list(orphan.metadata.namespace).filter((owner) => selectorOf(owner).matches(labels));
}
