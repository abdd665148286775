/** Deletes what a list finds, a few at a time. */
import { ignoreNotFound } from "../../api/mod.ts";
import { abandoned } from "../errors.ts";
import type { Entry } from "./cache/entry.ts";
import { deleteObject } from "./delete.ts";
import type { DeleteOptions } from "./delete-options.ts";
import { type Listed, type ListResult, listObjects } from "./list.ts";
import type { ListOptions } from "./list-options.ts";
import type { Operation } from "./operation.ts";
import type { ResourceStorage } from "./resource-storage.ts";

const workers = 16;

/** Answers the list as it was. After the first refusal no other object is begun; it is thrown when what was begun has ended. */
export async function deleteCollection(
  listed: Listed,
  operation: Operation,
  list: ListOptions,
  options: DeleteOptions,
): Promise<ListResult> {
  const found = await listObjects(listed, operation, asItWas(list));
  const left = [...found.entries].reverse();
  const signal = operation.signal?.();
  const refusals: unknown[] = [];
  const work = async () => {
    for (let entry = left.pop(); entry; entry = left.pop()) {
      if (signal?.aborted) throw abandoned();
      await deleteOne(listed.storage, operation, entry, options);
    }
  };
  const orStop = (refusal: unknown) => {
    refusals.push(refusal);
    left.length = 0;
  };
  await Promise.all(Array.from({ length: Math.min(workers, left.length) }, () => work().catch(orStop)));
  if (refusals.length > 0) throw refusals[0];
  return found;
}

/** Who names a version means the objects of just that one. */
function asItWas(list: ListOptions): ListOptions {
  return list.resourceVersion && list.match === "" ? { ...list, match: "Exact" } : list;
}

async function deleteOne(
  storage: ResourceStorage,
  operation: Operation,
  { object }: Entry,
  options: DeleteOptions,
): Promise<void> {
  const { name, namespace = "" } = object.metadata;
  await deleteObject(storage, { ...operation, name, namespace }, options).catch(ignoreNotFound);
}
