/** The objects of one resource by namespace and name, with indexes kept as they change. */
import type { KubernetesObject } from "../api/mod.ts";
import type { Lister } from "./contract.ts";

type IndexKeys<T> = (object: T) => readonly string[];

interface Index<T> {
  readonly keys: IndexKeys<T>;
  readonly entries: Map<string, Set<T>>;
}

const empty: readonly never[] = Object.freeze([]);
const namespaceOf = (object: KubernetesObject): string => object.metadata.namespace ?? "";

export class Indexer<T extends KubernetesObject> implements Lister<T> {
  readonly #byNamespace = new Map<string, Map<string, T>>();
  readonly #indexes = new Map<string, Index<T>>();

  get(name: string, namespace = ""): T | undefined {
    return this.#byNamespace.get(namespace)?.get(name);
  }

  list(namespace?: string): readonly T[] {
    if (namespace !== undefined) return [...(this.#byNamespace.get(namespace)?.values() ?? empty)];
    return [...this.#byNamespace.values()].flatMap((objects) => [...objects.values()]);
  }

  byIndex(index: string, key: string): readonly T[] {
    const found = this.#indexes.get(index);
    if (!found) throw new Error(`no index ${index}`);
    const objects = found.entries.get(key);
    return objects === undefined ? empty : [...objects];
  }

  addIndex(name: string, keys: IndexKeys<T>): void {
    if (this.#indexes.has(name)) return;
    const index = { keys, entries: new Map<string, Set<T>>() };
    this.#indexes.set(name, index);
    for (const object of this.list()) fileUnder(index, object);
  }

  /** Answers the object that was there. */
  put(object: T): T | undefined {
    const namespace = namespaceOf(object);
    const objects = this.#byNamespace.get(namespace) ?? new Map<string, T>();
    this.#byNamespace.set(namespace, objects);
    const old = objects.get(object.metadata.name);
    objects.set(object.metadata.name, object);
    for (const index of this.#indexes.values()) {
      if (old) takeOut(index, old);
      fileUnder(index, object);
    }
    return old;
  }

  /** Answers the object that was there. */
  remove(object: KubernetesObject): T | undefined {
    const namespace = namespaceOf(object);
    const objects = this.#byNamespace.get(namespace);
    const old = objects?.get(object.metadata.name);
    if (!objects || !old) return undefined;
    objects.delete(object.metadata.name);
    if (objects.size === 0) this.#byNamespace.delete(namespace);
    for (const index of this.#indexes.values()) takeOut(index, old);
    return old;
  }
}

function fileUnder<T>(index: Index<T>, object: T): void {
  for (const key of index.keys(object)) {
    const entry = index.entries.get(key);
    if (entry) entry.add(object);
    else index.entries.set(key, new Set([object]));
  }
}

function takeOut<T>(index: Index<T>, object: T): void {
  for (const key of index.keys(object)) {
    const entry = index.entries.get(key);
    entry?.delete(object);
    if (entry?.size === 0) index.entries.delete(key);
  }
}
