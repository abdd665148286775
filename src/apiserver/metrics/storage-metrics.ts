/** What is stored and how it fares: sizes are asked of the watch cache when somebody looks, writes are counted as they happen. */
import type { Registry } from "prom-client";
import { keptEvents, type ResourceCache } from "../registry/cache/resource-cache.ts";
import type { WatchCache, WrittenResource } from "../registry/cache/watch-cache.ts";
import { registryPrefix } from "../registry/keys.ts";
import { CounterFamily, type Distribution, GaugeFamily, HistogramFamily, type Value } from "./families.ts";

const labelNames = ["group", "resource"];
const secondsBuckets = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];

export function addStorageMetrics(registry: Registry, cache: WatchCache): void {
  addObjectCounts(registry, cache);
  addChangeCounts(registry, cache);
  addListCounts(registry, cache);
  addWriteTimes(registry, cache);
  const version = new GaugeFamily(registry, {
    name: "apiserver_watch_cache_resource_version",
    help: "Revision up to which memory follows the store.",
    collect: () => version.labelled().set(cache.revision),
  });
  const size = new GaugeFamily(registry, {
    name: "apiserver_storage_size_bytes",
    help: "What the store takes on disk.",
    labelNames: ["storage_cluster_id"],
    collect: () => size.labelled("etcd-0").set(cache.store.sizeBytes ?? 0),
  });
}

function addObjectCounts(registry: Registry, cache: WatchCache): void {
  const objects: GaugeFamily = new GaugeFamily(registry, {
    name: "apiserver_resource_objects",
    help: "Stored objects by resource.",
    labelNames,
    collect: () => eachCache(cache, (group, resource, { size }) => objects.labelled(group, resource).set(size)),
  });
  const named: GaugeFamily = new GaugeFamily(registry, {
    name: "apiserver_storage_objects",
    help: "The same under the name that older dashboards ask for.",
    labelNames: ["resource"],
    collect: () =>
      eachCache(cache, (group, resource, { size }) =>
        named.labelled(group === "" ? resource : `${resource}.${group}`).set(size),
      ),
  });
}

function addChangeCounts(registry: Registry, cache: WatchCache): void {
  const names = ["storage_events_received", "watch_cache_events_received", "watch_cache_events_dispatched"];
  for (const name of names)
    count(registry, cache, {
      name: `apiserver_${name}_total`,
      help: "Changes that came from the store, by resource.",
      of: ({ received }) => received,
    });
  const kept: GaugeFamily = new GaugeFamily(registry, {
    name: "watch_cache_capacity",
    help: "Changes that are kept for watches that start in the past, by resource.",
    labelNames,
    collect: () => eachCache(cache, (group, resource) => kept.labelled(group, resource).set(keptEvents)),
  });
}

/** Upstream counts what it reads from its store apart; here that is the store's history, since memory has all that is new. */
function addListCounts(registry: Registry, cache: WatchCache): void {
  const [memory, history] = ["apiserver_cache_list", "apiserver_storage_list"];
  const indexed = { index: true };
  const lists = "Lists, by resource.";
  const fetched = "Objects read for lists, by resource.";
  const returned = "Objects that lists answered, by resource.";
  const add = (name: string, help: string, of: Counted, options = {}) =>
    count(registry, cache, { name: `${name}_total`, help, of, ...options });
  add(memory, lists, (own) => own.lists.memory.total, indexed);
  add(`${memory}_fetched_objects`, fetched, (own) => own.lists.memory.fetched, indexed);
  add(`${memory}_returned_objects`, returned, (own) => own.lists.memory.returned);
  add(history, lists, (own) => own.lists.history.total);
  add(`${history}_fetched_objects`, fetched, (own) => own.lists.history.fetched);
  add(`${history}_evaluated_objects`, fetched, (own) => own.lists.history.fetched);
  add(`${history}_returned_objects`, returned, (own) => own.lists.history.returned);
}

type Counted = (cache: ResourceCache) => number;

interface CountOptions {
  readonly name: string;
  readonly help: string;
  readonly of: Counted;
  /** With the label of an index, of which there are none. */
  readonly index?: boolean;
}

/** What caches count themselves, asked when somebody looks. */
function count(registry: Registry, cache: WatchCache, { name, help, of, index = false }: CountOptions): void {
  const family: CounterFamily = new CounterFamily(registry, {
    name,
    help,
    labelNames: index ? [...labelNames, "index"] : labelNames,
    collect: () => eachCache(cache, (group, resource, own) => family.labelled(group, resource, "").set(of(own))),
  });
}

/** Under the name that dashboards know, whatever the store is. */
function addWriteTimes(registry: Registry, cache: WatchCache): void {
  const times = new HistogramFamily(registry, {
    name: "etcd_request_duration_seconds",
    help: "Time until a write was durable.",
    labelNames: ["operation", ...labelNames],
    buckets: secondsBuckets,
  });
  const counts = new CounterFamily(registry, {
    name: "etcd_requests_total",
    help: "Writes to the store.",
    labelNames: ["operation", ...labelNames],
  });
  const known = new WeakMap<WrittenResource, Record<"create" | "update" | "delete", WriteSeries>>();
  cache.observeWrite = (info, operation, seconds) => {
    let own = known.get(info);
    if (!own) {
      const at = [info.group, info.resource];
      const of = (name: string) => ({ time: times.labelled(name, ...at), count: counts.labelled(name, ...at) });
      own = { create: of("create"), update: of("update"), delete: of("delete") };
      known.set(info, own);
    }
    own[operation].time.observe(seconds);
    own[operation].count.value++;
  };
}

interface WriteSeries {
  readonly time: Distribution;
  readonly count: Value;
}

type Tell = (group: string, resource: string, cache: ResourceCache) => void;

function eachCache(cache: WatchCache, tell: Tell): void {
  for (const [prefix, own] of cache.caches()) {
    const [group = "", resource = ""] = prefix.slice(registryPrefix.length).split("/");
    tell(group === "core" ? "" : group, resource, own);
  }
}
