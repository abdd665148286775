/** Writers and watchers that remember: what a server acknowledged, and what its watches told, to be compared when it has been killed. */
import { setTimeout as delay } from "node:timers/promises";
import { type corev1, isStatusError, resources } from "../../src/api/mod.ts";
import type { Client } from "../../src/client/mod.ts";

type Change = "ADDED" | "MODIFIED" | "DELETED";

export interface Acknowledged {
  readonly change: Change;
  readonly name: string;
  /** Absent of deletions: their answer does not tell it. */
  readonly resourceVersion?: string;
}

export interface Seen {
  readonly change: Change;
  readonly name: string;
  readonly resourceVersion: number;
}

/** A broken connection and a server on its way up or down: the write may have happened or not. */
function isOutage(error: unknown): boolean {
  return !isStatusError(error) || error.code >= 500 || error.code === 429;
}

/** Creates, changes and deletes ConfigMaps, one life after the other; a life that an outage cuts off is left as it is. */
export class Writer {
  readonly acknowledged: Acknowledged[] = [];
  readonly #prefix: string;
  readonly #configMaps: ReturnType<typeof configMapsOf>;
  #outages = 0;

  constructor(client: Client, prefix: string) {
    this.#prefix = prefix;
    this.#configMaps = configMapsOf(client);
  }

  get outages(): number {
    return this.#outages;
  }

  async run(namespace: string, signal: AbortSignal): Promise<void> {
    for (let life = 0; !signal.aborted; life++) {
      try {
        await this.#life(`${this.#prefix}-${life}`, namespace);
      } catch (error) {
        if (!isOutage(error)) throw error;
        this.#outages += 1;
        await delay(20);
      }
    }
  }

  /** Every fourth object is deleted in the end. */
  async #life(name: string, namespace: string): Promise<void> {
    const made = await this.#configMaps.create({ metadata: { name }, data: { value: `${name} made` } }, { namespace });
    this.acknowledged.push({ change: "ADDED", name, resourceVersion: made.metadata.resourceVersion });
    const changed = await this.#configMaps.update({ ...made, data: { value: `${name} changed` } });
    this.acknowledged.push({ change: "MODIFIED", name, resourceVersion: changed.metadata.resourceVersion });
    if (!name.endsWith("0") && !name.endsWith("5")) return;
    await this.#configMaps.delete(name, { namespace });
    this.acknowledged.push({ change: "DELETED", name });
  }
}

const configMapsOf = (client: Client) => client.resource<corev1.ConfigMap>(resources.configmaps);

/** Every event from a revision on until one of an object called `last`; goes on where it stopped when the connection breaks. */
export async function watchAll(
  client: Client,
  namespace: string,
  from: string,
  last: string,
): Promise<{ events: readonly Seen[]; resumed: number }> {
  const events: Seen[] = [];
  let [resourceVersion, resumed] = [from, 0];
  for (;;) {
    try {
      for await (const { type, object } of configMapsOf(client).watch({ namespace, resourceVersion })) {
        resourceVersion = object.metadata.resourceVersion;
        if (type === "BOOKMARK") continue;
        events.push({ change: type, name: object.metadata.name, resourceVersion: Number(resourceVersion) });
        if (object.metadata.name === last) return { events, resumed };
      }
    } catch (error) {
      if (!isOutage(error)) throw error;
      await delay(20);
    }
    resumed += 1;
  }
}

/** What the namespace must hold after these writes; an object whose life was cut off may be further than was acknowledged. */
export function lostWrites(acknowledged: readonly Acknowledged[], present: readonly corev1.ConfigMap[]): string[] {
  const found = new Map(present.map((object) => [object.metadata.name, object]));
  const newest = new Map(acknowledged.map((one) => [one.name, one]));
  return [...newest.values()].flatMap(({ change, name }) => {
    const value = found.get(name)?.data?.["value"];
    if (change === "DELETED") return value === undefined ? [] : [`${name} is still there`];
    if (value === `${name} changed` || (change === "ADDED" && value === `${name} made`)) return [];
    // The deletion that was under way when the connection broke.
    if (value === undefined && change === "MODIFIED" && /[05]$/.test(name)) return [];
    return [`${name} was ${change} and has the value ${value}`];
  });
}
