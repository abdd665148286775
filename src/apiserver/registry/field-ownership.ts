/** Who owns which field, as managedFields tell it. The engine asks; `apply/` knows the rules. */
import type { KubernetesObject } from "../../api/mod.ts";
import type { Operation } from "./operation.ts";
import type { View } from "./view.ts";

export interface OwnershipChange {
  readonly view: View;
  readonly operation: Operation;
  /** The present object, absent where it is made. */
  readonly live?: KubernetesObject;
}

export interface FieldOwnership {
  /** Notes what an ordinary write sets. Changes `object`. */
  update(change: OwnershipChange, object: KubernetesObject): void;
  /** Server-side apply: the present object with the applied fields. Throws the conflict where other managers own them. */
  apply(change: OwnershipChange, applied: KubernetesObject, force: boolean): KubernetesObject;
}
