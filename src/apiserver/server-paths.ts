/** All paths that are no resources, in one place. */
import type { Registry } from "prom-client";
import { DiscoveryRoutes } from "./discovery/discovery-routes.ts";
import { addKeyRoutes } from "./discovery/key-routes.ts";
import type { RemoteCatalogue } from "./discovery/merged-groups.ts";
import { OpenApiRoutes, type RemoteDocuments } from "./discovery/openapi-routes.ts";
import { addComponentPages, type Flags } from "./health/component-pages.ts";
import { addHealthRoutes, type HealthCheck } from "./health/health.ts";
import { addHealthMetricsRoute } from "./health/health-metrics.ts";
import { addVersionRoute } from "./health/version.ts";
import { addMetricsRoute } from "./metrics/metrics-route.ts";
import type { ResourceTable } from "./registry/resource-table.ts";
import { PathRoutes } from "./request/path-routes.ts";
import type { Identity } from "./subresource-endpoints.ts";

export interface ServerPathsOptions {
  readonly table: ResourceTable;
  readonly healthChecks: readonly HealthCheck[];
  /** For `/flagz`. */
  readonly flags: Flags;
  readonly metrics: Registry;
  readonly identity?: Identity;
  /** What servers behind this one say of themselves. */
  readonly aggregation?: { readonly discovery: RemoteCatalogue; readonly openApi: RemoteDocuments };
  /** `host:port` as clients reach it. */
  serverAddress(): string;
}

export function serverPaths(options: ServerPathsOptions): PathRoutes {
  const { table, healthChecks, flags, metrics, identity, aggregation, serverAddress } = options;
  const paths = new PathRoutes();
  const discovery = new DiscoveryRoutes(table, serverAddress, aggregation?.discovery);
  discovery.addTo(paths);
  new OpenApiRoutes(table, aggregation?.openApi).addTo(paths);
  addVersionRoute(paths);
  addHealthRoutes(paths, healthChecks, addHealthMetricsRoute(paths));
  addComponentPages(paths, flags);
  addMetricsRoute(paths, metrics);
  if (identity)
    addKeyRoutes(paths, {
      keys: identity.serviceAccountKeys,
      issuer: identity.issuer,
      serverUrl: () => `https://${serverAddress()}`,
    });
  paths.add("/", () => index([...paths.paths, "/apis/", "/openapi/v3/", ...discovery.paths()]));
  return paths;
}

function index(all: readonly string[]) {
  const paths = [...new Set(all)].filter((path) => path !== "/").sort();
  return { status: 200, contentType: "application/json", body: Buffer.from(JSON.stringify({ paths }, null, 2)) };
}
