/** Waiting on an object through a watch: until it is gone, or until it looks as wanted. */
import { isNotFound } from "../../api/narrow.ts";
import { UsageError } from "../failure.ts";
import { pathOf } from "./paths.ts";
import type { AnyObject, ResourceType } from "./resource-types.ts";
import type { Session } from "./session.ts";

export interface NamedTarget {
  readonly type: ResourceType;
  readonly name: string;
}

/** Calls `look` with the object as it is and after each change, nothing where it is gone, until it answers true. */
export async function waitUntil(
  session: Session,
  target: NamedTarget,
  namespace: string | undefined,
  timeoutMs: number | undefined,
  look: (object: AnyObject | undefined) => boolean,
): Promise<void> {
  const limit = timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) };
  const query = { fieldSelector: `metadata.name=${target.name}` };
  try {
    for (;;) {
      const list = (await session.transport.request({
        method: "GET",
        path: pathOf(target.type, { namespace }),
        query,
        ...limit,
      })) as {
        metadata: { resourceVersion: string };
        items: AnyObject[];
      };
      if (look(list.items[0])) return;
      const watch = { ...query, watch: "true", resourceVersion: list.metadata.resourceVersion };
      for await (const { type, object } of session.transport.watch({
        method: "GET",
        path: pathOf(target.type, { namespace }),
        query: watch,
        ...limit,
      }))
        if (type !== "BOOKMARK" && look(type === "DELETED" ? undefined : (object as unknown as AnyObject))) return;
    }
  } catch (error) {
    if (limit.signal?.aborted) throw new UsageError(`timed out waiting for ${target.type.resource}/${target.name}`);
    throw error;
  }
}

export async function waitForDeletion(
  session: Session,
  target: NamedTarget,
  namespace: string | undefined,
  timeoutMs: number | undefined,
): Promise<void> {
  const path = pathOf(target.type, { namespace, name: target.name });
  let uid: string | undefined;
  try {
    uid = ((await session.transport.request({ method: "GET", path })) as AnyObject).metadata.uid;
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  // A new object of the same name is not the one that was deleted.
  await waitUntil(session, target, namespace, timeoutMs, (object) => object?.metadata.uid !== uid);
}
