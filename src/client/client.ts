/** The typed client over any transport: paths, queries, verbs. */
import type { Draft, KubernetesObject, ResourceInfo } from "../api/mod.ts";
import type {
  ApiRequest,
  Client,
  DeleteOptions,
  GetOptions,
  ListOptions,
  Namespaced,
  ObjectList,
  PatchOptions,
  PatchType,
  ResourceClient,
  Transport,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "./contract.ts";

const patchContentType: Readonly<Record<PatchType, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

/** `/api/v1/namespaces/NS/pods/NAME/SUBRESOURCE`, with the parts that are given. */
export function resourcePath(
  resource: Pick<ResourceInfo, "group" | "version" | "resource">,
  at: {
    readonly namespace?: string | undefined;
    readonly name?: string;
    readonly subresource?: string | undefined;
  } = {},
): string {
  const base = resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const namespace = at.namespace ? `/namespaces/${encodeURIComponent(at.namespace)}` : "";
  const name = at.name === undefined ? "" : `/${encodeURIComponent(at.name)}`;
  return `${base}${namespace}/${resource.resource}${name}${at.subresource ? `/${at.subresource}` : ""}`;
}

type Query = NonNullable<ApiRequest["query"]>;

function listQuery(options: ListOptions): Query {
  const { labelSelector, fieldSelector, limit, resourceVersion, resourceVersionMatch } = options;
  return {
    labelSelector,
    fieldSelector,
    resourceVersion,
    resourceVersionMatch,
    limit: limit?.toString(),
    continue: options.continue,
  };
}

function watchQuery(options: WatchOptions): Query {
  return {
    ...listQuery(options),
    watch: "true",
    allowWatchBookmarks: options.allowWatchBookmarks === false ? undefined : "true",
    sendInitialEvents: options.sendInitialEvents ? "true" : undefined,
    ...(options.sendInitialEvents ? { resourceVersionMatch: "NotOlderThan" } : {}),
    timeoutSeconds: options.timeoutSeconds?.toString(),
  };
}

const writeQuery = (options: WriteOptions): Query => ({
  fieldManager: options.fieldManager,
  dryRun: options.dryRun ? "All" : undefined,
});

function deleteBody(options: DeleteOptions): unknown {
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun } = options;
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(preconditions === undefined ? {} : { preconditions }),
    ...(dryRun ? { dryRun: ["All"] } : {}),
  };
}

/** A server that knows no such form answers whole objects. */
const metadataAccept = (kind: string): string => `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`;

const signalOf = (options: Namespaced) => (options.signal ? { signal: options.signal } : {});

class HttpResourceClient<T extends KubernetesObject> implements ResourceClient<T> {
  readonly #transport: Transport;
  readonly #resource: ResourceInfo<T>;

  constructor(transport: Transport, resource: ResourceInfo<T>) {
    this.#transport = transport;
    this.#resource = resource;
  }

  #path(namespace: string | undefined, name?: string, subresource?: string): string {
    const at = this.#resource.namespaced ? { namespace } : {};
    return resourcePath(this.#resource, { ...at, ...(name === undefined ? {} : { name }), subresource });
  }

  #typed(object: unknown): unknown {
    return { apiVersion: this.#resource.apiVersion, kind: this.#resource.kind, ...(object as object) };
  }

  get(name: string, options: GetOptions = {}): Promise<T> {
    const request = {
      method: "GET",
      path: this.#path(options.namespace, name, options.subresource),
      query: { resourceVersion: options.resourceVersion },
      ...(options.metadataOnly && { accept: metadataAccept("PartialObjectMetadata") }),
      ...signalOf(options),
    } as const;
    return this.#transport.request(request) as Promise<T>;
  }

  list(options: ListOptions = {}): Promise<ObjectList<T>> {
    const request = {
      method: "GET",
      path: this.#path(options.namespace),
      query: listQuery(options),
      ...(options.metadataOnly && { accept: metadataAccept("PartialObjectMetadataList") }),
      ...signalOf(options),
    } as const;
    return (this.#transport.request(request) as Promise<ObjectList<T>>).then(withItems);
  }

  watch(options: WatchOptions = {}): AsyncIterable<WatchEvent<T>> {
    const request = {
      method: "GET",
      path: this.#path(options.namespace),
      query: watchQuery(options),
      ...(options.metadataOnly && { accept: metadataAccept("PartialObjectMetadata") }),
      ...signalOf(options),
    } as const;
    return this.#transport.watch(request) as AsyncIterable<WatchEvent<T>>;
  }

  create(object: Draft<T>, options: WriteOptions = {}): Promise<T> {
    const namespace = options.namespace ?? (object.metadata as { namespace?: string } | undefined)?.namespace;
    const request = {
      path: this.#path(namespace),
      query: writeQuery(options),
      body: this.#typed(object),
      ...signalOf(options),
    };
    return this.#transport.request({ method: "POST", ...request }) as Promise<T>;
  }

  update(object: T, options: WriteOptions = {}): Promise<T> {
    const { name, namespace } = object.metadata;
    const path = this.#path(options.namespace ?? namespace, name, options.subresource);
    const request = { path, query: writeQuery(options), body: this.#typed(object), ...signalOf(options) };
    return this.#transport.request({ method: "PUT", ...request }) as Promise<T>;
  }

  updateStatus(object: T, options: WriteOptions = {}): Promise<T> {
    return this.update(object, { ...options, subresource: "status" });
  }

  patch(name: string, patch: unknown, options: PatchOptions): Promise<T> {
    const query = { ...writeQuery(options), force: options.force ? "true" : undefined };
    const path = this.#path(options.namespace, name, options.subresource);
    const contentType = patchContentType[options.type];
    return this.#transport.request({
      method: "PATCH",
      path,
      query,
      body: patch,
      contentType,
      ...signalOf(options),
    }) as Promise<T>;
  }

  async delete(name: string, options: DeleteOptions = {}): Promise<void> {
    const path = this.#path(options.namespace, name);
    await this.#transport.request({ method: "DELETE", path, body: deleteBody(options), ...signalOf(options) });
  }

  async deleteCollection(options: ListOptions & DeleteOptions = {}): Promise<void> {
    const path = this.#path(options.namespace);
    await this.#transport.request({
      method: "DELETE",
      path,
      query: listQuery(options),
      body: deleteBody(options),
      ...signalOf(options),
    });
  }

  createSubresource<R>(name: string, subresource: string, body: unknown, options: WriteOptions = {}): Promise<R> {
    const path = this.#path(options.namespace, name, subresource);
    return this.#transport.request({
      method: "POST",
      path,
      query: writeQuery(options),
      body,
      ...signalOf(options),
    }) as Promise<R>;
  }
}

export function createClient(transport: Transport): Client {
  const known = new Map<unknown, unknown>();
  return {
    transport,
    resource<T extends KubernetesObject>(resource: ResourceInfo<T>): ResourceClient<T> {
      const client = known.get(resource) ?? new HttpResourceClient(transport, resource);
      known.set(resource, client);
      return client as ResourceClient<T>;
    },
  };
}
/** A server may write that nothing but metadata of nothing is null. */
function withItems<T>(list: ObjectList<T>): ObjectList<T> {
  return list.items ? list : { ...list, items: [] };
}
