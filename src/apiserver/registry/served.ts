import type { FieldOwnership } from "./field-ownership.ts";
import type { ResourceStorage } from "./resource-storage.ts";
import type { Confine } from "./update.ts";
import type { View } from "./view.ts";

/** What the verbs of one resource in one version work on. */
export interface Served {
  readonly storage: ResourceStorage;
  readonly view: View;
  readonly ownership: FieldOwnership;
  /** Set for subresources that take the object itself and change a part of it. */
  readonly confine?: Confine;
}
