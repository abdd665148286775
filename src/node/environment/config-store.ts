/**
 * The config maps and secrets that this node's pods use, and no others: each is watched by name while a pod refers to it, so that a change
 * is seen at once and a missing one as soon as it is made.
 */
import type { Logger } from "pino";
import { type corev1, isNotFound, type KubernetesObject, type ResourceInfo, resources } from "../../api/mod.ts";
import type { Client, Clock } from "../../client/mod.ts";
import { messageOf } from "../runtime/errors.ts";
import type { ConfigSource } from "./environment.ts";
import { type ConfigReference, configReferences } from "./references.ts";

const retryMs = 1000;

interface Entry {
  readonly reference: ConfigReference;
  object: KubernetesObject | undefined;
  /** It was read once: what comes after that is a change. */
  known: boolean;
  /** Resolves when `object` is as the API has it. */
  ready: Promise<void>;
  /** A read that has not begun yet. */
  next: Promise<void> | undefined;
  /** By pod uid. */
  readonly users: Map<string, () => void>;
  readonly stop: AbortController;
}

function resourceOf({ kind }: ConfigReference): ResourceInfo<KubernetesObject> {
  return (kind === "ConfigMap" ? resources.configmaps : resources.secrets) as unknown as ResourceInfo<KubernetesObject>;
}

function keyOf({ kind, namespace, name }: ConfigReference): string {
  return `${kind}/${namespace}/${name}`;
}

export class ConfigStore implements ConfigSource {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #entries = new Map<string, Entry>();

  constructor(client: Client, clock: Clock, log: Logger) {
    this.#client = client;
    this.#clock = clock;
    this.#log = log;
  }

  async configMap(namespace: string, name: string): Promise<corev1.ConfigMap | undefined> {
    return (await this.#read({ kind: "ConfigMap", namespace, name })) as corev1.ConfigMap | undefined;
  }

  async secret(namespace: string, name: string): Promise<corev1.Secret | undefined> {
    return (await this.#read({ kind: "Secret", namespace, name })) as corev1.Secret | undefined;
  }

  /** Watches what the pod refers to; `changed` is called for each change. Reads after this are at least as new as this call. */
  track(pod: corev1.Pod, changed: () => void): void {
    for (const reference of configReferences(pod)) {
      const entry = this.#entries.get(keyOf(reference)) ?? this.#open(reference);
      if (entry.users.has(pod.metadata.uid)) continue;
      // What others watch already may be a moment behind what this pod was made with.
      if (entry.users.size > 0) entry.ready = this.#refreshSoon(entry);
      entry.users.set(pod.metadata.uid, changed);
    }
  }

  untrack(podUid: string): void {
    for (const [key, entry] of this.#entries) {
      entry.users.delete(podUid);
      if (entry.users.size > 0) continue;
      entry.stop.abort();
      this.#entries.delete(key);
    }
  }

  close(): void {
    for (const entry of this.#entries.values()) entry.stop.abort();
    this.#entries.clear();
  }

  async #read(reference: ConfigReference): Promise<KubernetesObject | undefined> {
    const entry = this.#entries.get(keyOf(reference));
    if (entry === undefined) return this.#get(reference);
    await entry.ready;
    return entry.object;
  }

  async #get(reference: ConfigReference): Promise<KubernetesObject | undefined> {
    try {
      return await this.#client.resource(resourceOf(reference)).get(reference.name, { namespace: reference.namespace });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #open(reference: ConfigReference): Entry {
    const entry: Entry = {
      reference,
      object: undefined,
      known: false,
      ready: Promise.resolve(),
      next: undefined,
      users: new Map(),
      stop: new AbortController(),
    };
    entry.ready = this.#refresh(entry);
    this.#entries.set(keyOf(reference), entry);
    void this.#watch(entry);
    return entry;
  }

  /** A read that fails rejects for those who wait on it; the watch goes on and repairs it. */
  #refresh(entry: Entry): Promise<void> {
    const ready = this.#get(entry.reference).then((object) => this.#set(entry, object));
    ready.catch(() => {});
    return ready;
  }

  /** One read for all pods that come in the same turn of the event loop: they come by thousands. */
  #refreshSoon(entry: Entry): Promise<void> {
    if (entry.next) return entry.next;
    const next = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      entry.next = undefined;
      return this.#refresh(entry);
    });
    next.catch(() => {});
    entry.next = next;
    return next;
  }

  #set(entry: Entry, object: KubernetesObject | undefined): void {
    const same = entry.object?.metadata.resourceVersion === object?.metadata.resourceVersion;
    if (!same && isOlder(object, entry.object)) return;
    const changes = entry.known && !same;
    entry.object = object;
    entry.known = true;
    if (changes) for (const changed of entry.users.values()) changed();
  }

  async #watch(entry: Entry): Promise<void> {
    const { reference, stop } = entry;
    const { namespace, name } = reference;
    const client = this.#client.resource(resourceOf(reference));
    const options = { namespace, fieldSelector: `metadata.name=${name}`, signal: stop.signal };
    while (!stop.signal.aborted) {
      try {
        const list = await client.list(options);
        this.#set(entry, list.items[0]);
        entry.ready = Promise.resolve();
        const from = { resourceVersion: list.metadata.resourceVersion };
        for await (const { type, object } of client.watch({ ...options, ...from })) {
          if (type === "BOOKMARK") continue;
          this.#set(entry, type === "DELETED" ? undefined : object);
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        this.#log.debug(
          { kind: reference.kind, namespace, name, error: messageOf(error) },
          "watch of a pod's configuration broke",
        );
      }
      await this.#pause(stop.signal);
    }
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(retryMs, resolve);
      signal.addEventListener(
        "abort",
        () => {
          cancel();
          resolve();
        },
        { once: true },
      );
    });
  }
}

/** A read and a watch may cross. Versions of one object grow. */
function isOlder(object: KubernetesObject | undefined, than: KubernetesObject | undefined): boolean {
  if (object === undefined || than === undefined || object.metadata.uid !== than.metadata.uid) return false;
  return Number(object.metadata.resourceVersion) < Number(than.metadata.resourceVersion);
}
