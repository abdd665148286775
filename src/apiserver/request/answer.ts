/** What an endpoint answers, before anybody has decided on bytes: the HTTP side encodes it, the in-process side hands out its objects. */
import type { Kind, KubernetesObject, metav1, ResourceInfo } from "../../api/mod.ts";
import type { Entry } from "../registry/cache/entry.ts";
import type { Strategy } from "../registry/strategy.ts";
import type { View } from "../registry/view.ts";
import type { WatchSink } from "../registry/watch.ts";
import type { PresentObject } from "./decode.ts";

/** What a table and bare metadata need to know of a kind. */
export interface Shown {
  readonly info: Pick<ResourceInfo, "group" | "kind">;
  readonly strategy: Pick<Strategy<KubernetesObject>, "columns">;
}

export type Answer =
  | {
      readonly type: "entry";
      readonly status: number;
      readonly view: View;
      readonly entry: Entry;
      /** What it was before. */
      readonly former?: PresentObject;
    }
  | {
      readonly type: "entries";
      readonly view: View;
      readonly entries: readonly Entry[];
      readonly metadata: metav1.ListMeta;
    }
  /** An object that is not stored in this form: a Status, a Scale, a review. */
  | {
      readonly type: "object";
      readonly status: number;
      readonly schema: Kind;
      readonly object: object;
      /** Where it can be shown as a table, or without all but its metadata. */
      readonly view?: Shown;
    }
  | {
      readonly type: "watch";
      readonly view: View;
      /** Starts the watch; the sink must stop it. */
      open(sink: WatchSink): { stop(): void };
    };
