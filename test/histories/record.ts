/** Clients that ask at random, several at a time for the same few objects, and note everything; watches that go on where they were cut off. */
import { setTimeout as delay } from "node:timers/promises";
import { type corev1, isAlreadyExists, isStatusError, resources, type StatusError } from "../../src/api/mod.ts";
import type { Client } from "../../src/client/mod.ts";
import type { Random } from "../support/random.ts";
import type { Change, List, Read, Version, Watched, Write } from "./history.ts";

export interface RecorderOptions {
  readonly namespace: string;
  readonly keys: number;
  readonly signal: AbortSignal;
}

/** Connections that broke, and a server on its way up or down: what was asked for may have happened. */
const isOutage = (error: unknown) =>
  !isStatusError(error) || error.code >= 500 || error.code === 429 || error.code === 401 || isTooEarly(error);
/** As upstream says it: admission has not read yet what it goes by. */
const isTooEarly = ({ code, message }: StatusError) =>
  code === 403 && message.endsWith("not yet ready to handle request");
const outageMs = 15;

export class Recorder {
  readonly operations: (Write | Read | List)[] = [];
  outages = 0;
  readonly #options: RecorderOptions;
  #clock = 0;
  #values = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** One client, one question after the other, until the signal. */
  async ask(client: Client, random: Random): Promise<void> {
    const known = new Map<string, Version>();
    while (!this.#options.signal.aborted) {
      const key = `k${random.below(this.#options.keys)}`;
      const one = await this.#one(configMaps(client), { key, random, known });
      if (one) this.operations.push(one);
    }
  }

  async #one(client: ConfigMaps, { key, random, known }: Choice): Promise<Write | Read | List | undefined> {
    const way = random.next();
    if (way < 0.2) return this.#get(client, key, known);
    if (way < 0.3) return this.#list(client);
    const version = known.get(key);
    if (!version) return this.#write(client, { kind: "create", key }, known);
    return this.#write(client, { kind: way < 0.85 ? "update" : "delete", key, expected: version.revision }, known);
  }

  async #get(client: ConfigMaps, key: string, known: Map<string, Version>): Promise<Read | undefined> {
    const invoked = ++this.#clock;
    const { namespace } = this.#options;
    const found = await client.get(key, { namespace }).then(versionOf, (error: unknown) => error);
    const answered = ++this.#clock;
    known.delete(key);
    if (isVersion(found)) {
      known.set(key, found);
      return { kind: "get", key, invoked, answered, found };
    }
    if (isOutage(found)) return this.#outage();
    if ((found as { code?: number }).code !== 404) throw found;
    return { kind: "get", key, invoked, answered };
  }

  async #list(client: ConfigMaps): Promise<List | undefined> {
    const invoked = ++this.#clock;
    try {
      const { metadata, items } = await client.list({ namespace: this.#options.namespace });
      const revision = Number(metadata.resourceVersion);
      return { kind: "list", invoked, answered: ++this.#clock, revision, items: items.filter(isOurs).map(versionOf) };
    } catch (error) {
      if (!isOutage(error)) throw error;
      return this.#outage();
    }
  }

  async #write(client: ConfigMaps, asked: Asked, known: Map<string, Version>): Promise<Write> {
    const { key, kind } = asked;
    const value = kind === "delete" ? {} : { value: `v${++this.#values}` };
    const invoked = ++this.#clock;
    try {
      const made = await this.#send(client, asked, value.value);
      known.delete(key);
      if (made) known.set(key, made);
      const revision = made ? { revision: made.revision } : {};
      return { ...asked, ...value, ...revision, invoked, answered: ++this.#clock, outcome: "done" };
    } catch (error) {
      known.delete(key);
      if (isOutage(error)) {
        await this.#outage();
        return { ...asked, ...value, invoked, outcome: "unknown" };
      }
      if (![404, 409].includes((error as { code: number }).code)) throw error;
      return { ...asked, ...value, invoked, answered: ++this.#clock, outcome: "refused" };
    }
  }

  async #send(
    client: ConfigMaps,
    { kind, key, expected }: Asked,
    value: string | undefined,
  ): Promise<Version | undefined> {
    const { namespace } = this.#options;
    if (kind === "delete") {
      await client.delete(key, { namespace, preconditions: { resourceVersion: String(expected) } });
      return undefined;
    }
    const data = { data: { value: value! } };
    if (kind === "create") return versionOf(await client.create({ metadata: { name: key }, ...data }, { namespace }));
    const metadata = { name: key, namespace, resourceVersion: String(expected) };
    return versionOf(
      await client.update({ apiVersion: "v1", kind: "ConfigMap", metadata, ...data } as unknown as corev1.ConfigMap),
    );
  }

  async #outage(): Promise<undefined> {
    this.outages++;
    await delay(outageMs);
  }
}

/** An object without a value, made however long the server takes to come back; made twice by a lost answer, it is made. */
export async function makeLast(
  client: Client,
  { namespace, name }: { namespace: string; name: string },
): Promise<void> {
  for (;;) {
    try {
      await configMaps(client).create({ metadata: { name } }, { namespace });
      return;
    } catch (error) {
      if (isAlreadyExists(error)) return;
      if (!isOutage(error)) throw error;
      await delay(outageMs);
    }
  }
}

type ConfigMaps = ReturnType<typeof configMaps>;
type Asked = Pick<Write, "kind" | "key" | "expected">;

interface Choice {
  readonly key: string;
  readonly random: Random;
  readonly known: Map<string, Version>;
}

const configMaps = (client: Client) => client.resource<corev1.ConfigMap>(resources.configmaps);
/** The server's own ConfigMaps stand beside ours. */
const isOurs = ({ metadata }: corev1.ConfigMap) => /^k\d+$/.test(metadata.name);
const isVersion = (value: unknown): value is Version => typeof value === "object" && value !== null && "value" in value;

function versionOf({ metadata, data }: corev1.ConfigMap): Version {
  return { key: metadata.name, revision: Number(metadata.resourceVersion), value: data?.["value"] ?? "" };
}

/** Every change from a revision on, until one of an object called `last`; comes back where it was when it is cut off. */
export async function watchFrom(
  client: Client,
  { namespace, from, last }: { namespace: string; from: number; last: string },
): Promise<Watched & { resumed: number }> {
  const events: Change[] = [];
  let [resourceVersion, resumed] = [String(from), 0];
  for (;;) {
    try {
      for await (const { type, object } of configMaps(client).watch({ namespace, resourceVersion })) {
        resourceVersion = object.metadata.resourceVersion;
        if (type === "BOOKMARK") continue;
        if (object.metadata.name === last) return { from, events, resumed };
        if (isOurs(object)) events.push({ type, ...versionOf(object) });
      }
    } catch (error) {
      if (!isOutage(error)) throw error;
      await delay(outageMs);
    }
    resumed++;
  }
}
