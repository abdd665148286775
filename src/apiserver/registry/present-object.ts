/** The stored object as what a new version of it may have its parts from: see `Present`. */
import { type KubernetesObject, ownPart } from "../../api/mod.ts";
import type { PresentObject } from "../request/decode.ts";
import type { Entry } from "./cache/entry.ts";
import type { View } from "./view.ts";

/** Objects of the kind are served as they are stored, and have a schema value: a part of a stored one is as good as one that was read. */
export function sharesParts({ conversion, kind }: View): boolean {
  return !conversion && !kind.decoder && kind.schema !== undefined;
}

/** Nothing where parts of stored objects are not what clients send. */
export function presentObject(view: View, entry: Entry): PresentObject {
  return sharesParts(view) ? { object: entry.object, message: entry.keptMessage } : undefined;
}

/** In place: what is shared with the present object becomes a copy. */
export function ownParts(object: KubernetesObject): KubernetesObject {
  const parts = object as unknown as Record<string, unknown>;
  for (const key in parts) ownPart(parts, key);
  return object;
}
