/** Waiting for the cluster to come to something, by list and watch: no pause is guessed. */
import { setTimeout as delay } from "node:timers/promises";
import { type KubernetesObject, type ResourceInfo, StatusError } from "../../src/api/mod.ts";
import type { Client } from "../../src/client/mod.ts";

export interface Place {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly timeoutMs?: number;
}

const patienceMs = 60_000;

/** Resolves with the object of that name when `condition` holds of it; rejects with what it was last. */
export async function until<T extends KubernetesObject>(
  client: Client,
  resource: ResourceInfo<T>,
  name: string,
  place: Place,
  condition: (object: T) => boolean,
): Promise<T> {
  const named = (objects: readonly T[]) => objects.find((object) => object.metadata.name === name);
  const objects = await untilAll(client, resource, place, (all) => {
    const object = named(all);
    return object !== undefined && condition(object);
  });
  return named(objects)!;
}

/** The same of all objects in a namespace. A control plane that goes away meanwhile is waited for. */
export async function untilAll<T extends KubernetesObject>(
  client: Client,
  resource: ResourceInfo<T>,
  { timeoutMs = patienceMs, ...where }: Place,
  condition: (objects: readonly T[]) => boolean,
): Promise<readonly T[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  let last: readonly T[] = [];
  while (!signal.aborted) {
    try {
      for await (const objects of follow(client, resource, { ...where, signal })) {
        last = objects;
        if (condition(objects)) return objects;
      }
    } catch (error) {
      if (isFinal(error)) throw error;
      await delay(100);
    }
  }
  throw new Error(
    `${resource.resource} did not come to what was waited for in ${timeoutMs / 1000} s; they are ${text(last)}`,
  );
}

/** The condition's own failures and refusals end the wait; broken connections and expired watches do not. */
function isFinal(error: unknown): boolean {
  if (error instanceof StatusError) return error.code < 500 && error.code !== 410 && error.code !== 429;
  return error instanceof Error && (error.name === "AssertionError" || error instanceof TypeError);
}

/** Every state of a list, from now on. */
export async function* follow<T extends KubernetesObject>(
  client: Client,
  resource: ResourceInfo<T>,
  options: { readonly namespace?: string; readonly labelSelector?: string; readonly signal: AbortSignal },
): AsyncGenerator<readonly T[]> {
  const list = await client.resource(resource).list(options);
  const objects = new Map(list.items.map((object) => [object.metadata.uid, object]));
  yield [...objects.values()];
  const { resourceVersion } = list.metadata;
  for await (const { type, object } of client.resource(resource).watch({ ...options, resourceVersion })) {
    if (type === "BOOKMARK") continue;
    if (type === "DELETED") objects.delete(object.metadata.uid);
    else objects.set(object.metadata.uid, object);
    yield [...objects.values()];
  }
}

function text(objects: readonly KubernetesObject[]): string {
  const short = objects.map(({ metadata: { managedFields: _, ...metadata }, ...rest }) => ({ metadata, ...rest }));
  return JSON.stringify(short, undefined, 1);
}
