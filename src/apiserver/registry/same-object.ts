/** Whether a write would change nothing but the order of members, which each client has its own of: upstream stores them all in one order. */
import type { KubernetesObject } from "../../api/mod.ts";
import { deepEqual, type JsonObject } from "../apply/type-rules.ts";
import type { Entry } from "./cache/entry.ts";
import type { PendingWrite } from "./cache/pending-write.ts";

export function isSameInAnotherOrder(pending: PendingWrite, current: Entry): boolean {
  return (
    pending.stored.length === current.storedLength &&
    deepEqual(withoutVersion(pending.object), withoutVersion(current.object))
  );
}

/** The metadata last: most updates change something else, and are told apart by that. */
function withoutVersion({ metadata, ...parts }: KubernetesObject): JsonObject {
  const { resourceVersion: _, ...others } = metadata;
  return { ...parts, metadata: others };
}
