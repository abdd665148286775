/** What a watch tells its client. */
import type { CacheEvent, ChangeType } from "./cache/cache-event.ts";
import type { Entry } from "./cache/entry.ts";

export type WatchItem =
  | {
      readonly type: ChangeType;
      readonly entry: Entry;
      /** Where others may be sent the same bytes. */
      readonly shared?: CacheEvent;
    }
  | {
      readonly type: "BOOKMARK";
      readonly revision: number;
      /** What was there at the start has been sent. */
      readonly initialEnd: boolean;
    };
