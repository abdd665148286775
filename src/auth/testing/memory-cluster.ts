/**
 * Real clients and informers over objects in memory, for tests of what only reads the cluster. It answers get, list, watch, create and
 * update; nothing validates or defaults. What writes is tested against a real API server.
 */
import { pino } from "pino";
import {
  allResources,
  clone,
  deepFreeze,
  type KubernetesObject,
  type ResourceInfo,
  type StatusError,
  statusFailure,
} from "../../api/mod.ts";
import {
  type ApiRequest,
  type Client,
  createClient,
  SharedInformerFactory,
  systemClock,
  type Transport,
  type WatchEvent,
} from "../../client/mod.ts";

/** What a test says of an object; the rest is filled in. */
export interface Sketch {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string; readonly namespace?: string };
  readonly [key: string]: unknown;
}

interface Watcher {
  readonly collection: RegExp;
  readonly deliver: (event: WatchEvent<KubernetesObject>) => void;
}

function resourceOf({ apiVersion, kind }: { apiVersion: string; kind: string }): ResourceInfo {
  const found = allResources.find((resource) => resource.apiVersion === apiVersion && resource.kind === kind);
  if (!found) throw new Error(`no such kind: ${apiVersion} ${kind}`);
  return found;
}

function pathOf(object: KubernetesObject): string {
  const resource = resourceOf(object);
  const base = resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.apiVersion}`;
  const namespace = resource.namespaced ? `/namespaces/${object.metadata.namespace}` : "";
  return `${base}${namespace}/${resource.resource}/${object.metadata.name}`;
}

/** The paths of a collection's objects; a collection of all namespaces has those of each. */
function membersOf(collection: string): RegExp {
  const at = collection.lastIndexOf("/");
  return new RegExp(`^${collection.slice(0, at)}(/namespaces/[^/]+)?${collection.slice(at)}/[^/]+$`);
}

export class MemoryCluster implements Transport {
  readonly client: Client;
  readonly informers: SharedInformerFactory;
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #watchers = new Set<Watcher>();
  #revision = 0;

  constructor(sketches: readonly Sketch[] = []) {
    for (const sketch of sketches) this.put(sketch);
    this.client = createClient(this);
    this.informers = new SharedInformerFactory(this.client, { clock: systemClock, log: pino({ enabled: false }) });
  }

  /** Starts the informers asked for so far and waits for their first lists. */
  async start(): Promise<void> {
    this.informers.start();
    await this.informers.waitForSync();
  }

  put(sketch: Sketch): KubernetesObject {
    const revision = ++this.#revision;
    const metadata = { uid: `uid-of-${sketch.metadata.name}`, ...sketch.metadata, resourceVersion: String(revision) };
    const object = deepFreeze(clone({ ...sketch, metadata })) as unknown as KubernetesObject;
    const path = pathOf(object);
    const type = this.#objects.has(path) ? "MODIFIED" : "ADDED";
    this.#objects.set(path, object);
    this.#tell(path, { type, object });
    return object;
  }

  remove(sketch: Sketch): void {
    const path = pathOf(sketch as unknown as KubernetesObject);
    const object = this.#objects.get(path);
    this.#objects.delete(path);
    if (object) this.#tell(path, { type: "DELETED", object });
  }

  #tell(path: string, event: WatchEvent<KubernetesObject>): void {
    for (const watcher of this.#watchers) if (watcher.collection.test(path)) watcher.deliver(event);
  }

  async request(request: ApiRequest): Promise<unknown> {
    if (request.method === "POST") return this.put(request.body as Sketch);
    if (request.method === "PUT") return this.#replace(request.body as KubernetesObject);
    const object = this.#objects.get(request.path);
    if (object) return object;
    const isObject = /\/[^/]+\/[^/]+$/.test(request.path) && !this.#isCollection(request.path);
    if (isObject) throw notFound(request.path);
    const members = membersOf(request.path);
    const items = [...this.#objects].filter(([path]) => members.test(path)).map(([, found]) => found);
    return { metadata: { resourceVersion: String(this.#revision) }, items };
  }

  #replace(object: KubernetesObject): KubernetesObject {
    const known = this.#objects.get(pathOf(object));
    if (known?.metadata.resourceVersion !== object.metadata.resourceVersion)
      throw statusFailure(409, "Conflict", "the object has been modified");
    return this.put(object as unknown as Sketch);
  }

  #isCollection(path: string): boolean {
    const plural = path.slice(path.lastIndexOf("/") + 1);
    return allResources.some(({ resource }) => resource === plural);
  }

  async *watch(request: ApiRequest): AsyncIterable<WatchEvent<KubernetesObject>> {
    const events: WatchEvent<KubernetesObject>[] = [];
    let wake = () => {};
    const watcher: Watcher = {
      collection: membersOf(request.path),
      deliver: (event) => {
        events.push(event);
        wake();
      },
    };
    this.#watchers.add(watcher);
    request.signal?.addEventListener("abort", () => wake(), { once: true });
    while (!request.signal?.aborted) {
      yield* events.splice(0);
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      if (events.length === 0 && !request.signal?.aborted) await promise;
    }
    this.#watchers.delete(watcher);
  }

  async stream(): Promise<ReadableStream<Uint8Array>> {
    throw new Error("nothing streams here");
  }

  async close(): Promise<void> {
    await this.informers.stop();
  }
}

function notFound(path: string): StatusError {
  const [plural, name] = path.split("/").slice(-2);
  return statusFailure(404, "NotFound", `${plural} ${JSON.stringify(name)} not found`);
}
