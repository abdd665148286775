/**
 * What every client of the API, in process or over HTTP, offers. Controllers, the scheduler, node agents and the service network know the
 * cluster only through these interfaces.
 */
import type { Draft, KubernetesObject, ResourceInfo } from "../api/mod.ts";

/** One request as a transport takes it. `path` is absolute (`/api/v1/…`) and without a query. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** A JSON-shaped value; the transport encodes it. */
  readonly body?: unknown;
  /** Default `application/json`; patches name their own. */
  readonly contentType?: string;
  /** What the answer should be: a table, say. Default JSON. */
  readonly accept?: string;
  /** Called with each Warning that the server sends. */
  readonly onWarning?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Carries requests to an API server. Objects that come back are frozen and may be shared with the server's cache: clone before changing.
 * Every refused request rejects with a `StatusError`.
 */
export interface Transport {
  /** Answers the decoded body: an object, a list, or a Status. */
  request(request: ApiRequest): Promise<unknown>;
  /** Ends when the server ends the watch; throws a `StatusError` where the server sends an ERROR event (410 included). */
  watch(request: ApiRequest): AsyncIterable<WatchEvent<KubernetesObject>>;
  /** The body as it comes: logs and proxied answers. */
  stream(request: ApiRequest): Promise<ReadableStream<Uint8Array>>;
  close(): Promise<void>;
}

export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: T;
}

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface ObjectList<T> {
  readonly metadata: ListMeta;
  readonly items: readonly T[];
}

export interface Namespaced {
  /** Absent: the whole cluster for list, watch and deleteCollection; the object's own namespace for writes. */
  readonly namespace?: string;
  readonly signal?: AbortSignal;
}

export interface GetOptions extends Namespaced {
  readonly resourceVersion?: string;
  readonly subresource?: string;
  /** Answers `PartialObjectMetadata`: nothing but the object's metadata. */
  readonly metadataOnly?: boolean;
}

export interface ListOptions extends Namespaced {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan";
  /** Answers `PartialObjectMetadata`: of each object nothing but its metadata. */
  readonly metadataOnly?: boolean;
}

export interface WatchOptions extends ListOptions {
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
}

export interface WriteOptions extends Namespaced {
  readonly subresource?: string;
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
}

export type PatchType = "json" | "merge" | "strategic" | "apply";

export interface PatchOptions extends WriteOptions {
  readonly type: PatchType;
  /** Server-side apply only: take fields from other managers. */
  readonly force?: boolean;
}

export interface DeleteOptions extends Namespaced {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

/** The verbs on one resource. All reject with `StatusError`. */
export interface ResourceClient<T extends KubernetesObject> {
  get(name: string, options?: GetOptions): Promise<T>;
  list(options?: ListOptions): Promise<ObjectList<T>>;
  watch(options?: WatchOptions): AsyncIterable<WatchEvent<T>>;
  create(object: Draft<T>, options?: WriteOptions): Promise<T>;
  update(object: T, options?: WriteOptions): Promise<T>;
  /** `update` of the status subresource. */
  updateStatus(object: T, options?: WriteOptions): Promise<T>;
  patch(name: string, patch: unknown, options: PatchOptions): Promise<T>;
  delete(name: string, options?: DeleteOptions): Promise<void>;
  deleteCollection(options?: ListOptions & DeleteOptions): Promise<void>;
  /** POST to a subresource that takes another kind: `binding`, `eviction`, `token`. */
  createSubresource<R>(name: string, subresource: string, body: unknown, options?: WriteOptions): Promise<R>;
}

export interface Client {
  readonly transport: Transport;
  resource<T extends KubernetesObject>(resource: ResourceInfo<T>): ResourceClient<T>;
}

export interface EventHandler<T> {
  add?(object: T): void;
  update?(object: T, old: T): void;
  /** `object` is the last state known. */
  delete?(object: T): void;
}

/** Reads of an informer's cache. Objects are frozen and shared. */
export interface Lister<T> {
  get(name: string, namespace?: string): T | undefined;
  list(namespace?: string): readonly T[];
  /** Objects that an index function added by `addIndex` files under `key`. */
  byIndex(index: string, key: string): readonly T[];
}

/** A cache of one resource kept current by list and watch. Shared: one per resource and factory. */
export interface Informer<T extends KubernetesObject> {
  readonly resource: ResourceInfo<T>;
  readonly lister: Lister<T>;
  /** Before or after start; a late handler is first given an `add` for each object in the cache. Returns its removal. */
  addHandler(handler: EventHandler<T>): () => void;
  addIndex(name: string, keys: (object: T) => readonly string[]): void;
  readonly hasSynced: boolean;
}

export interface InformerOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /**
   * Asks for no more of each object than what it is and who owns it: apiVersion and kind, and of its metadata the name, namespace, uid,
   * resourceVersion, deletionTimestamp, finalizers and ownerReferences. The objects are whole where somebody has asked for whole ones before.
   */
  readonly metadataOnly?: boolean;
}

export interface InformerFactory {
  /** The informer for these options; started at `start()`, or at once where the factory already runs. */
  informer<T extends KubernetesObject>(resource: ResourceInfo<T>, options?: InformerOptions): Informer<T>;
  start(): void;
  /** Resolves when every informer asked for so far has its first list. */
  waitForSync(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Writes events with aggregation as client-go does: the same event counts up instead of repeating. */
export interface EventRecorder {
  /** `fieldPath` names a part of the object: `spec.containers{name}`. */
  event(
    object: KubernetesObject,
    type: "Normal" | "Warning",
    reason: string,
    message: string,
    options?: { readonly fieldPath?: string },
  ): void;
}
