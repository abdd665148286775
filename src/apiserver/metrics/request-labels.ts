/** What a request is called in metrics: upstream's words, and only names of things that are served, so that clients cannot make up labels. */
import type { ResourceTable } from "../registry/resource-table.ts";
import type { PathRoutes } from "../request/path-routes.ts";
import type { RequestInfo, ResourceRequest } from "../request/request-info.ts";

export interface RequestLabels {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly scope: string;
  /** Empty for paths that are no resources. */
  readonly component: string;
  /** It goes on until one side ends it: it counts as one that runs, not by its time. */
  readonly longRunning: boolean;
}

const methods: Readonly<Record<string, string>> = Object.freeze({
  create: "POST",
  update: "PUT",
  deletecollection: "DELETECOLLECTION",
});

/** Subresources that take over the connection. */
const connecting: ReadonlySet<string> = new Set(["proxy", "exec", "attach", "portforward", "log"]);
const plainMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Nothing where what is asked for is not served. */
export function labelsOf(
  info: RequestInfo,
  applies: boolean,
  table: ResourceTable,
  paths: PathRoutes,
): RequestLabels | undefined {
  if (info.resource && table.hasVersion(info.resource.group, info.resource.version))
    return resourceLabels(info.resource, applies, table);
  const path = paths.nameOf(info.path);
  if (path === undefined) return undefined;
  const verb = plainMethods.has(info.method) ? info.method : "other";
  const none = { group: "", version: "", resource: "", scope: "", component: "" };
  return { ...none, verb, subresource: path, longRunning: false };
}

function resourceLabels(request: ResourceRequest, applies: boolean, table: ResourceTable): RequestLabels | undefined {
  const { group, version, resource, subresource } = request;
  const entry = table.find(group, version, resource);
  if (!entry) return undefined;
  if (subresource !== "" && !entry.info.subresources.some(({ name }) => name === subresource)) return undefined;
  const connects = connecting.has(subresource);
  const verb = connects ? "CONNECT" : applies ? "APPLY" : (methods[request.verb] ?? request.verb.toUpperCase());
  const longRunning = verb === "WATCH" || connects;
  return { verb, group, version, resource, subresource, scope: scopeOf(request), component: "apiserver", longRunning };
}

function scopeOf({ name, namespace, verb }: ResourceRequest): string {
  if (name !== "" || verb === "create") return "resource";
  return namespace === "" ? "cluster" : "namespace";
}
