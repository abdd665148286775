/** A write of each object that changes nothing in it: the server stores it again, in today's form. */
import { isConflict, isGone, isNotFound, type KubernetesObject } from "../../../../api/mod.ts";
import type { ResourceClient } from "../../../../client/mod.ts";

const pageSize = 500;
const fieldManager = "storage-version-migrator-controller";

/** Those that were last written up to that resourceVersion; what was written later is in today's form. */
export async function rewriteAll(
  objects: ResourceClient<KubernetesObject>,
  resourceVersion: string,
  signal: AbortSignal,
): Promise<void> {
  let from: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await objects.list({ limit: pageSize, ...(from && { continue: from }) }).catch(restartWhenGone);
    const old = (page?.items ?? []).filter(
      ({ metadata }) => Number(metadata.resourceVersion) <= Number(resourceVersion),
    );
    for (const object of old) await rewrite(objects, object);
    from = page ? page.metadata.continue : "";
  } while (from !== undefined && from !== "");
}

/** The list's revision was compacted away: the next try begins anew, and finds most of it done. */
function restartWhenGone(error: unknown): never {
  if (isGone(error)) throw new Error("the list that was being rewritten is too old", { cause: error });
  throw error;
}

/**
 * The uid and the version name the very object that was read: one that was deleted does not come back, one that was written is done. One
 * that today's rules refuse is tried again until somebody has mended it.
 */
async function rewrite(objects: ResourceClient<KubernetesObject>, { metadata }: KubernetesObject): Promise<void> {
  const { name, namespace, uid, resourceVersion } = metadata;
  const patch = { metadata: { uid, resourceVersion } };
  try {
    await objects.patch(name, patch, { type: "merge", fieldManager, ...(namespace && { namespace }) });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
