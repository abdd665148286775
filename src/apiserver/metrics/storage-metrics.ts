/** What is stored and how it fares: sizes are asked of the watch cache when somebody looks, writes are counted as they happen. */
import type { Registry } from "prom-client";
import type { ResourceCache } from "../registry/cache/resource-cache.ts";
import type { WatchCache, WrittenResource } from "../registry/cache/watch-cache.ts";
import { registryPrefix } from "../registry/keys.ts";
import { CounterFamily, type Distribution, GaugeFamily, HistogramFamily } from "./families.ts";

const labelNames = ["group", "resource"];
const secondsBuckets = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];

export function addStorageMetrics(registry: Registry, cache: WatchCache): void {
  addObjectCounts(registry, cache);
  addChangeCounts(registry, cache);
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
  const names = ["apiserver_storage_events_received_total", "apiserver_watch_cache_events_received_total"];
  for (const name of names) {
    const received: CounterFamily = new CounterFamily(registry, {
      name,
      help: "Changes that came from the store, by resource.",
      labelNames,
      collect: () => eachCache(cache, (group, resource, own) => received.labelled(group, resource).set(own.received)),
    });
  }
}

/** Under the name that dashboards know, whatever the store is. */
function addWriteTimes(registry: Registry, cache: WatchCache): void {
  const times = new HistogramFamily(registry, {
    name: "etcd_request_duration_seconds",
    help: "Time until a write was durable.",
    labelNames: ["operation", ...labelNames],
    buckets: secondsBuckets,
  });
  const known = new WeakMap<WrittenResource, Record<"create" | "update" | "delete", Distribution>>();
  cache.observeWrite = (info, operation, seconds) => {
    let own = known.get(info);
    if (!own) {
      const of = (name: string) => times.labelled(name, info.group, info.resource);
      own = { create: of("create"), update: of("update"), delete: of("delete") };
      known.set(info, own);
    }
    own[operation].observe(seconds);
  };
}

type Tell = (group: string, resource: string, cache: ResourceCache) => void;

function eachCache(cache: WatchCache, tell: Tell): void {
  for (const [prefix, own] of cache.caches()) {
    const [group = "", resource = ""] = prefix.slice(registryPrefix.length).split("/");
    tell(group === "core" ? "" : group, resource, own);
  }
}
