/** What a request to this server asks for. Pure. */
import {
  everything,
  type FieldSelector,
  parseFieldSelector,
  parseLabelSelector,
  type Selector,
  SelectorError,
} from "../api/mod.ts";
import { badRequest, methodNotAllowed, noSuchResource } from "./refusals.ts";
import { group, version } from "./schema.ts";

export interface MetricsRequest {
  readonly resource: "nodes" | "pods";
  /** Empty: all of them. */
  readonly namespace: string;
  /** Empty: a list. */
  readonly name: string;
  readonly labels: Selector;
  readonly fields: FieldSelector;
}

export const root = `/apis/${group}/${version}`;

/** Nothing where the path is none of a resource. Throws `StatusError`. */
export function metricsRequest(path: string, query: URLSearchParams): MetricsRequest | undefined {
  if (!path.startsWith(`${root}/`)) return undefined;
  const parts = path
    .slice(root.length + 1)
    .split("/")
    .map(decoded);
  const namespaced = parts[0] === "namespaces" && parts.length > 2;
  const namespace = namespaced ? parts[1]! : "";
  const [resource, name = "", ...rest] = namespaced ? parts.slice(2) : parts;
  const isKnown = resource === "pods" ? namespaced || name === "" : resource === "nodes" && !namespaced;
  if (!isKnown || rest.length > 0) throw noSuchResource();
  if (["true", "1"].includes(query.get("watch") ?? "")) throw methodNotAllowed();
  return { resource: resource as "nodes" | "pods", namespace, name, ...selectors(query, resource === "pods") };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw noSuchResource();
  }
}

function selectors(query: URLSearchParams, namespaced: boolean): { labels: Selector; fields: FieldSelector } {
  try {
    const labelText = query.get("labelSelector");
    const fields = parseFieldSelector(query.get("fieldSelector") ?? "");
    const unknown = fields.requirements.find(
      ({ field }) => field !== "metadata.name" && !(namespaced && field === "metadata.namespace"),
    );
    if (unknown) throw badRequest(`field label not supported: ${unknown.field}`);
    return { labels: labelText ? parseLabelSelector(labelText) : everything, fields };
  } catch (error) {
    throw error instanceof SelectorError ? badRequest(error.message) : error;
  }
}

export interface Form {
  readonly table: boolean;
  /** Of the table. */
  readonly version: string;
}

const anyJson = ["application/json", "application/*", "*/*"];

/** How the answer is to look; nothing where this server cannot. */
export function formOf(accept: string | undefined): Form | undefined {
  for (const clause of (accept || "*/*").split(",")) {
    const [type = "", ...rest] = clause.split(";").map((part) => part.trim());
    if (!anyJson.includes(type)) continue;
    const parameters = new Map(rest.map((part) => part.split("=") as [string, string]));
    const as = parameters.get("as");
    if (as === undefined) return { table: false, version: "v1" };
    if (as === "Table" && parameters.get("g") === "meta.k8s.io")
      return { table: true, version: parameters.get("v") ?? "v1" };
  }
  return undefined;
}
