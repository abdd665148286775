/** One resource as it is stored: where its objects lie, how they are checked, and the writes that all verbs are made of. */

import type { AdmissionForm } from "../../admission/mod.ts";
import {
  applyDefaults,
  type Kind,
  type KubernetesObject,
  normalize,
  type ResourceInfo,
  respelledAs,
} from "../../api/mod.ts";
import { StoreError, type Write } from "../../store/mod.ts";
import * as errors from "../errors.ts";
import { after } from "../request/after.ts";
import type { ObjectMetaRules } from "../validation/object-meta.ts";
import type { AdmissionChain } from "./admission-chain.ts";
import type { Entry } from "./cache/entry.ts";
import type { ObjectCache } from "./cache/object-cache.ts";
import { PendingWrite } from "./cache/pending-write.ts";
import { type StoredForm, storedForm } from "./cache/stored-form.ts";
import type { WatchCache } from "./cache/watch-cache.ts";
import { objectKey, resourcePrefix } from "./keys.ts";
import { metadataRules } from "./metadata-checks.ts";
import { isSameInAnotherOrder } from "./same-object.ts";
import type { Strategy } from "./strategy.ts";

/** The cache follows the store within milliseconds; longer than this it is broken. */
const freshTimeoutMs = 3_000;

/** A change to other stored things that belongs to a write: addresses and ports of a Service. Made before, undone where the write fails. */
export interface WriteHooks {
  /** May change `object`. Answers how to undo it. */
  beforeCreate?(object: KubernetesObject, dryRun: boolean): Promise<() => void>;
  /** The same, but for what the object shares with `old`. */
  beforeUpdate?(object: KubernetesObject, old: KubernetesObject, dryRun: boolean): Promise<() => void>;
  afterUpdate?(object: KubernetesObject, old: KubernetesObject): void;
  afterCreate?(object: KubernetesObject): void;
  /** The deletion is answered after it. */
  afterDelete?(object: KubernetesObject): Promise<void>;
}

export interface ResourceStorageOptions {
  readonly strategy: Strategy<KubernetesObject>;
  readonly cache: WatchCache;
  readonly admission: AdmissionChain;
  readonly hooks?: WriteHooks;
  /** Where objects are read from, where that is not the watch cache itself. */
  readonly objects?: ObjectCache;
}

export class ResourceStorage {
  readonly info: ResourceInfo<KubernetesObject>;
  readonly strategy: Strategy<KubernetesObject>;
  readonly admission: AdmissionChain;
  readonly hooks: WriteHooks;
  readonly form: StoredForm;
  readonly prefix: string;
  readonly metadataRules: ObjectMetaRules;
  readonly cache: ObjectCache;
  readonly watchCache: WatchCache;
  /** The other groups and versions in which the same objects are served. */
  readonly forms: AdmissionForm[] = [];

  constructor({ strategy, cache, admission, hooks = {}, objects }: ResourceStorageOptions) {
    this.strategy = strategy;
    this.info = strategy.resource;
    this.admission = admission;
    this.hooks = hooks;
    this.form = storedForm(this.info);
    this.prefix = resourcePrefix(this.info.group, this.info.resource);
    this.metadataRules = metadataRules(this);
    this.watchCache = cache;
    this.cache = objects ?? cache.resource(this.prefix, this.form);
  }

  key(namespace: string, name: string): string {
    return objectKey(this.prefix, this.info.namespaced ? namespace : "", name);
  }

  namespaceLabels(namespace: string): Readonly<Record<string, string>> {
    const prefix = resourcePrefix("", "namespaces");
    return this.watchCache.resource(prefix).get(objectKey(prefix, "", namespace))?.object.metadata.labels ?? {};
  }

  /** Everything up to and including this revision can be read here. */
  get revision(): number {
    return this.watchCache.revision;
  }

  /** True when `revision` can be read; false when it could not within the time that is given to the cache. */
  reach(revision: number): boolean | Promise<boolean> {
    return this.watchCache.reach(revision, freshTimeoutMs);
  }

  /** Waits until the cache has everything that is durable now. Nearly always it has. */
  fresh(): void | Promise<void> {
    const wanted = this.watchCache.store.revision;
    if (this.revision < wanted) return this.#waitFor(wanted);
  }

  async #waitFor(wanted: number): Promise<void> {
    if (!(await this.reach(wanted))) throw errors.resourceVersionTooLarge(wanted, this.revision);
  }

  /** What is to be done before the cache can be followed. Rejects with what a watch is answered then. */
  open(): void | Promise<void> {}

  /** The object of that key now; nothing where there is none. */
  find(key: string): Entry | undefined | Promise<Entry | undefined> {
    const waits = this.fresh();
    return waits ? waits.then(() => this.cache.get(key)) : this.cache.get(key);
  }

  /** The object now, or a 404. */
  current(namespace: string, name: string): Entry | Promise<Entry> {
    return after(this.find(this.key(namespace, name)), (entry) => {
      if (!entry) throw errors.notFound(this.info, name);
      return entry;
    });
  }

  /** The object with defaults for what admission plugins added or hooks left out. */
  withDefaults(object: KubernetesObject): KubernetesObject {
    const schema = this.info.schema as Kind<KubernetesObject> | undefined;
    return schema ? applyDefaults(schema, object) : object;
  }

  /** The old object as what is changed is judged by: a quantity that only is spelled otherwise is none. */
  respelledAs(object: KubernetesObject, old: KubernetesObject): KubernetesObject {
    const schema = this.info.schema as Kind<KubernetesObject> | undefined;
    return schema ? respelledAs(object, old, schema) : old;
  }

  /** A status is not the writer's to set, not admission's either, on an object that has `/status`. */
  resetStatus(object: KubernetesObject): void {
    if (!this.strategy.hasStatus) return;
    delete (object as { status?: unknown }).status;
    if (this.info.schema) normalize(this.info.schema as Kind<KubernetesObject>, object);
  }

  /** An object encoded for the store, made from the former one, if any. It must not be changed afterwards. */
  pending(key: string, object: KubernetesObject, former?: Entry): PendingWrite {
    return new PendingWrite(key, object, this.form, former);
  }

  /** Storing what is pending would change nothing. */
  isStored(pending: PendingWrite, current: Entry): boolean {
    const isSame = pending.stored.equals(current.stored) || isSameInAnotherOrder(pending, current);
    return isSame && !this.watchCache.store.mustRewrite?.(pending.key);
  }

  /** What `write` would answer, where nothing is to be stored. */
  async rehearse(pending: PendingWrite, revision: number): Promise<Entry> {
    return pending.entryAt(revision);
  }

  /** Stores what is pending; nothing where the key no longer has the `expected` revision (0: is taken). */
  write(pending: PendingWrite, expected: number): Promise<Entry | undefined> {
    this.watchCache.expect(pending);
    const write = { key: pending.key, expected, value: pending.stored };
    return this.#tryWrite(write, (revision) => pending.entryAt(revision));
  }

  /** Removes a key; the revision of the removal, or nothing where it has changed meanwhile. */
  remove(key: string, expected: number): Promise<number | undefined> {
    return this.#tryWrite({ key, expected }, itself);
  }

  /** Stores the last state and removes its key, in one commit; the revision of the removal, or nothing. */
  removeShown(last: PendingWrite, expected: number): Promise<number | undefined> {
    this.watchCache.expect(last);
    return this.#tryWrite({ key: last.key, expected, value: last.stored, isLast: true }, itself);
  }

  /** What `written` makes of the revision; nothing where the key no longer has the expected one. */
  async #tryWrite<T>(write: Write, written: (revision: number) => T): Promise<T | undefined> {
    const started = performance.now();
    try {
      const revision = await this.watchCache.store.write(write);
      const operation = !write.value || write.isLast ? "delete" : write.expected === 0 ? "create" : "update";
      this.watchCache.observeWrite?.(this.info, operation, (performance.now() - started) / 1000);
      return written(revision);
    } catch (error) {
      if (error instanceof StoreError && error.code === "conflict") return undefined;
      if (error instanceof StoreError && error.code === "too-large")
        throw errors.plainFailure("etcdserver: request is too large");
      throw error;
    }
  }
}

const itself = (revision: number): number => revision;
