/** Answers to requests in this process that ask for nothing but metadata. */
import { deepFreeze, type KubernetesObject } from "../../api/mod.ts";
import type { Entry } from "../registry/cache/entry.ts";
import type { View } from "../registry/view.ts";
import { negotiate, partialKinds } from "./accept.ts";
import type { FiniteAnswer } from "./answer-body.ts";
import { partialMetadata, partialMetadataList, storedMetadata } from "./partial-metadata.ts";

export function asksForMetadata(accept: string | undefined): boolean {
  return accept !== undefined && partialKinds.includes(negotiate(accept, { kinds: partialKinds }).as ?? "");
}

/** Of one object, frozen. */
export function plainMetadataOf(view: View, entry: Entry): KubernetesObject {
  return deepFreeze(partialMetadata({ metadata: view.metadata(entry) }));
}

/** As one JSON-shaped value. What says nothing of how it is shown stays what it is. */
export function plainMetadata(answer: FiniteAnswer): object {
  switch (answer.type) {
    case "object":
      return answer.view ? deepFreeze(partialMetadata(answer.object as KubernetesObject)) : answer.object;
    case "entry":
      return plainMetadataOf(answer.view, answer.entry);
    case "entries":
      return { ...partialMetadataList(answer.metadata, []), items: storedMetadata(answer.view, answer.entries) };
  }
}
