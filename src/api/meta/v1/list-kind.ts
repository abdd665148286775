/** The shape that all lists of kinds share. */
import { field, kind, list } from "../../schema/language.ts";
import type { Infer, Kind } from "../../schema/types.ts";
import { apiVersionOf } from "../../schema/walk.ts";
import { type ListMeta, listMeta } from "./object-meta.ts";

export interface ListOf<T> {
  apiVersion: string;
  kind: string;
  metadata: ListMeta;
  items: T[];
}

/** The list of a kind: `listKind("io.k8s.api.core.v1.PodList", pod)`. */
export function listKind<S extends Kind>(name: string, item: S): Kind<ListOf<Infer<S>>> {
  return kind(name, apiVersionOf(item.gvk), {
    metadata: field(1, listMeta, { always: true }),
    items: field(2, list(item), { required: true }),
  }) as Kind<ListOf<Infer<S>>>;
}
