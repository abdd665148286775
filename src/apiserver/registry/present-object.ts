/** The stored object as what a new version of it may have its parts from: see `Present`. */
import { type KubernetesObject, ownPart, type Present } from "../../api/mod.ts";
import type { Entry } from "./cache/entry.ts";
import type { View } from "./view.ts";

/** Objects of the kind are served as they are stored, and have a schema value: a part of a stored one is as good as one that was read. */
export function sharesParts({ conversion, kind }: View): boolean {
  return !conversion && !kind.decoder && kind.schema !== undefined;
}

/** As it is now: the cache may forget what is decoded of the entry, and its message, before the new version is made. */
export function presentObject(entry: Entry): Present<KubernetesObject> {
  return { object: entry.object, message: entry.keptMessage };
}

/** In place: what is shared with the present object becomes a copy. */
export function ownParts(object: KubernetesObject): KubernetesObject {
  const parts = object as unknown as Record<string, unknown>;
  for (const key in parts) ownPart(parts, key);
  return object;
}
