/** What is stored, asked of the watch cache when somebody looks. */
import type { Registry } from "prom-client";
import type { WatchCache } from "../registry/cache/watch-cache.ts";
import { registryPrefix } from "../registry/keys.ts";
import { GaugeFamily } from "./families.ts";

export function addStorageMetrics(registry: Registry, cache: WatchCache): void {
  const objects = new GaugeFamily(registry, {
    name: "apiserver_resource_objects",
    help: "Stored objects by resource.",
    labelNames: ["group", "resource"],
    collect: () => eachSize(cache, (group, resource, size) => objects.labelled(group, resource).set(size)),
  });
  const named = new GaugeFamily(registry, {
    name: "apiserver_storage_objects",
    help: "The same under the name that older dashboards ask for.",
    labelNames: ["resource"],
    collect: () =>
      eachSize(cache, (group, resource, size) =>
        named.labelled(group === "" ? resource : `${resource}.${group}`).set(size),
      ),
  });
  const version = new GaugeFamily(registry, {
    name: "apiserver_watch_cache_resource_version",
    help: "Revision up to which memory follows the store.",
    collect: () => version.labelled().set(cache.revision),
  });
}

function eachSize(cache: WatchCache, tell: (group: string, resource: string, size: number) => void): void {
  for (const [prefix, size] of cache.sizes()) {
    const [group = "", resource = ""] = prefix.slice(registryPrefix.length).split("/");
    tell(group === "core" ? "" : group, resource, size);
  }
}
