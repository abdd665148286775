/** `/metrics`: what the process counts, with upstream's names where dashboards look for them. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { WatchCache } from "../registry/cache/watch-cache.ts";
import { registryPrefix } from "../registry/keys.ts";
import type { ResourceTable } from "../registry/resource-table.ts";
import type { PathRoutes } from "../request/path-routes.ts";
import type { RequestInfo } from "../request/request-info.ts";

const secondsBuckets = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];

export class RequestMetrics {
  readonly #total: Counter;
  readonly #duration: Histogram;

  readonly #table: ResourceTable;

  constructor(registry: Registry, cache: WatchCache, table: ResourceTable) {
    this.#table = table;
    const labelNames = ["verb", "group", "version", "resource", "subresource", "scope", "code"];
    this.#total = new Counter({
      name: "apiserver_request_total",
      help: "Requests by what they asked for and how they were answered.",
      labelNames,
      registers: [registry],
    });
    this.#duration = new Histogram({
      name: "apiserver_request_duration_seconds",
      help: "Time from a request's head to the end of its answer; watches are left out.",
      labelNames: ["verb", "resource"],
      buckets: secondsBuckets,
      registers: [registry],
    });
    new Gauge({
      name: "apiserver_storage_objects",
      help: "Stored objects by resource.",
      labelNames: ["resource"],
      registers: [registry],
      collect() {
        for (const [prefix, size] of cache.sizes()) this.set({ resource: resourceOf(prefix) }, size);
      },
    });
  }

  observe({ resource: asked, pathVerb }: RequestInfo, status: number, seconds: number): void {
    // What is not served has no name here: clients must not make up labels.
    const resource = asked && this.#table.find(asked.group, asked.version, asked.resource) ? asked : undefined;
    const verb = resource ? resource.verb.toUpperCase() : methods.has(pathVerb) ? pathVerb.toUpperCase() : "OTHER";
    this.#total.inc({
      verb,
      group: resource?.group ?? "",
      version: resource?.version ?? "",
      resource: resource?.resource ?? "",
      subresource: this.#subresourceOf(resource),
      scope: scopeOf(resource),
      code: String(status),
    });
    if (verb !== "WATCH") this.#duration.observe({ verb, resource: resource?.resource ?? "" }, seconds);
  }

  #subresourceOf(resource: RequestInfo["resource"]): string {
    if (!resource?.subresource) return "";
    const known = this.#table.find(resource.group, resource.version, resource.resource)?.info.subresources;
    return known?.some(({ name }) => name === resource.subresource) ? resource.subresource : "";
  }
}

const methods: ReadonlySet<string> = new Set(["get", "head", "post", "put", "patch", "delete"]);

function scopeOf(resource: RequestInfo["resource"]): string {
  if (!resource) return "";
  if (resource.name) return "resource";
  return resource.namespace ? "namespace" : "cluster";
}

/** `deployments.apps` of `/registry/apps/deployments/`. */
function resourceOf(prefix: string): string {
  const [group, resource] = prefix.slice(registryPrefix.length).split("/");
  return group === "core" ? `${resource}` : `${resource}.${group}`;
}

export function addMetricsRoute(paths: PathRoutes, registry: Registry): void {
  paths.add("/metrics", async () => {
    return { status: 200, contentType: registry.contentType, body: Buffer.from(await registry.metrics()) };
  });
}
