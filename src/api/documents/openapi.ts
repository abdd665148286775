/** The OpenAPI documents: one for all in v2, one for each path prefix in v3. Made when they are asked for; the caller keeps them. */

import { jsonSchemaProps } from "../apiextensions/v1/json-schema.ts";
import * as discoveryTypes from "../meta/v1/discovery.ts";
import { listMeta, objectMeta } from "../meta/v1/object-meta.ts";
import { deleteOptions, watchEvent } from "../meta/v1/options.ts";
import { status } from "../meta/v1/status.ts";
import type { ResourceInfo } from "../resource.ts";
import type { GroupVersionKind, Message, SchemaType } from "../schema/types.ts";
import { apiVersionOf } from "../schema/walk.ts";
import {
  discoveryPaths,
  metaName,
  type Operation,
  type Parameter,
  type PathItem,
  resourcePaths,
  rootOf,
  type TypeNames,
} from "./openapi-operations.ts";
import {
  type Descriptions,
  type Dialect,
  definitions,
  noDescriptions,
  type OpenApiNode,
  reference,
} from "./openapi-schema.ts";
import { untypedPaths } from "./openapi-untyped.ts";

export interface OpenApiOptions {
  readonly resources: readonly ResourceInfo[];
  /** Of resources without a schema value, whose definitions come as `extraDefinitions`. */
  typeNames?(info: ResourceInfo): TypeNames | undefined;
  /** Named groups. */
  readonly groups: readonly { readonly name: string; readonly versions: readonly string[] }[];
  /** `1.36`. */
  readonly version: string;
  readonly descriptions?: Descriptions;
  readonly extraPaths?: readonly PathItem[];
  readonly extraDefinitions?: Readonly<Record<string, OpenApiNode>>;
}

/** `/openapi/v2`. */
export function openApiV2(options: OpenApiOptions): OpenApiNode {
  const { resources, groups, version, descriptions = noDescriptions, extraPaths = [], extraDefinitions = {} } = options;
  const items = [...discoveryPaths(groups), ...resources.flatMap((info) => pathsOf(info, options)), ...extraPaths];
  return {
    swagger: "2.0",
    info: { title: "Kubernetes", version },
    paths: printPaths("v2", items),
    definitions: { ...allDefinitions("v2", resources, servedVersions(options), descriptions), ...extraDefinitions },
    securityDefinitions: { BearerToken: bearerToken },
    security: [{ BearerToken: [] }],
  };
}

const bearerToken = { description: "Bearer Token authentication", type: "apiKey", name: "authorization", in: "header" };

/** The path prefixes that have a v3 document of their own: `api/v1`, `apis/apps/v1`, `version`. */
export function openApiV3Prefixes({ resources, groups, extraPaths = [] }: OpenApiOptions): string[] {
  const paths = [...discoveryPaths(groups), ...extraPaths].map(({ path }) => prefixOf(path));
  return [...new Set([...paths, ...resources.map((info) => rootOf(info).slice(1))])].sort();
}

/** `/openapi/v3/{prefix}`; undefined where there is no such document. */
export function openApiV3(prefix: string, options: OpenApiOptions): OpenApiNode | undefined {
  const { resources, groups, version, descriptions = noDescriptions, extraPaths = [], extraDefinitions = {} } = options;
  const own = resources.filter((info) => rootOf(info) === `/${prefix}`);
  const discovery = discoveryPaths(groups).filter(({ path }) => prefixOf(path) === prefix);
  const extra = extraPaths.filter(({ path }) => prefixOf(path) === prefix);
  const items = [...discovery, ...own.flatMap((info) => pathsOf(info, options)), ...extra];
  if (items.length === 0) return undefined;
  const served = own[0] ? [coreVersion, own[0]] : [coreVersion];
  const builtIn = allDefinitions("v3", own, served, descriptions);
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version },
    paths: printPaths("v3", items),
    components: {
      schemas: reachable({ ...builtIn, ...extraDefinitions }, items),
      securitySchemes: { BearerToken: bearerToken },
    },
  };
}

const coreVersion = { group: "", version: "v1" };

/** `api/v1` of `/api/v1/namespaces/…`, `apis/apps` of `/apis/apps/`. */
function prefixOf(path: string): string {
  const parts = path.slice(1).split("/");
  const length = parts[0] === "api" ? 2 : parts[0] === "apis" ? 3 : parts.length;
  return parts
    .slice(0, length)
    .filter((part) => part !== "")
    .join("/");
}

function pathsOf(info: ResourceInfo, { typeNames }: OpenApiOptions): PathItem[] {
  const own = { object: info.schema?.name ?? "", list: info.listSchema?.name ?? "" };
  const items = resourcePaths(info, typeNames?.(info) ?? own);
  return info.schema ? items : untypedPaths(info, items);
}

type GroupVersion = Pick<GroupVersionKind, "group" | "version">;

function servedVersions({ groups }: OpenApiOptions): GroupVersion[] {
  const named = groups.flatMap(({ name, versions }) => versions.map((version) => ({ group: name, version })));
  return [coreVersion, ...named.toSorted((a, b) => (apiVersionOf(a) < apiVersionOf(b) ? -1 : 1))];
}

/** Types of the machinery that every document has, whichever resources are in it. */
const machinery: readonly Message[] = [
  deleteOptions,
  objectMeta,
  listMeta,
  status,
  watchEvent,
  ...Object.values(discoveryTypes).filter(
    (type): type is typeof discoveryTypes.apiGroup => "kind" in type && type.kind === "message",
  ),
] as readonly Message[];

function allDefinitions(
  dialect: Dialect,
  resources: readonly ResourceInfo[],
  served: readonly GroupVersion[],
  descriptions: Descriptions,
): Record<string, OpenApiNode> {
  const types: SchemaType[] = [...machinery, jsonSchemaProps];
  for (const { schema, listSchema, subresources } of resources) {
    for (const type of [schema, listSchema, ...subresources.map((sub) => sub.schema)]) if (type) types.push(type);
  }
  const found = definitions(dialect, types, descriptions);
  found.set(metaName("Patch"), { type: "object" });
  for (const kind of ["DeleteOptions", "WatchEvent"]) {
    const node = found.get(metaName(kind));
    if (node) node["x-kubernetes-group-version-kind"] = served.map(({ group, version }) => ({ group, kind, version }));
  }
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Only what the paths lead to. */
function reachable(
  all: Readonly<Record<string, OpenApiNode>>,
  items: readonly PathItem[],
): Record<string, OpenApiNode> {
  const kept = new Set<string>();
  const queue = items.flatMap(({ operations }) =>
    operations.flatMap(({ body, answers }) => [...Object.values(answers), ...(body ? [body.type] : [])]),
  );
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const node = all[name];
    if (kept.has(name) || !node) continue;
    kept.add(name);
    for (const [, used] of JSON.stringify(node).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) queue.push(used ?? "");
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => kept.has(name)));
}

function printPaths(dialect: Dialect, items: readonly PathItem[]): OpenApiNode {
  const paths = items.map(({ path, parameters, operations }) => [
    path,
    {
      ...Object.fromEntries(operations.map((one) => [one.method, dialect === "v2" ? printV2(one) : printV3(one)])),
      ...(parameters.length > 0 && { parameters: parameters.map((one) => printParameter(dialect, one)) }),
    },
  ]);
  return Object.fromEntries(paths.toSorted(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)));
}

function printParameter(dialect: Dialect, { name, in: where, type }: Parameter): OpenApiNode {
  const required = where === "path" && { required: true };
  if (dialect === "v2") return { uniqueItems: true, type, name, in: where, ...required };
  return { name, in: where, ...required, schema: { type, uniqueItems: true } };
}

function schemaOf(dialect: Dialect, type: string): OpenApiNode {
  return type === "string" ? { type: "string" } : { $ref: reference(dialect, type) };
}

const answerWords: Readonly<Record<number, string>> = { 200: "OK", 201: "Created", 202: "Accepted" };

function extensions({ action, kind }: Operation): OpenApiNode {
  return {
    ...(action && { "x-kubernetes-action": action }),
    ...(kind && { "x-kubernetes-group-version-kind": { group: kind.group, kind: kind.kind, version: kind.version } }),
  };
}

function printV2(operation: Operation): OpenApiNode {
  const { id, tag, parameters = [], body, answers, produces } = operation;
  const all = parameters.map((one) => printParameter("v2", one));
  if (body)
    all.unshift({
      name: "body",
      in: "body",
      ...(body.required && { required: true }),
      schema: schemaOf("v2", body.type),
    });
  const responses = Object.entries(answers).map(([code, type]) => [
    code,
    { description: answerWords[Number(code)], schema: schemaOf("v2", type) },
  ]);
  return {
    description: id,
    consumes: body?.contentTypes ?? (operation.kind ? ["*/*"] : produces),
    produces,
    schemes: ["https"],
    tags: [tag],
    operationId: id,
    ...(all.length > 0 && { parameters: all }),
    responses: { ...Object.fromEntries(responses), 401: { description: "Unauthorized" } },
    ...extensions(operation),
  };
}

function printV3(operation: Operation): OpenApiNode {
  const { id, tag, parameters = [], body, answers, produces } = operation;
  const responses = Object.entries(answers).map(([code, type]) => [
    code,
    { description: answerWords[Number(code)], content: contentOf(produces, schemaOf("v3", type)) },
  ]);
  return {
    tags: [tag],
    description: id,
    operationId: id,
    ...(parameters.length > 0 && { parameters: parameters.map((one) => printParameter("v3", one)) }),
    ...(body && {
      requestBody: {
        content: contentOf(body.contentTypes, schemaOf("v3", body.type)),
        ...(body.required && { required: true }),
      },
    }),
    responses: { ...Object.fromEntries(responses), 401: { description: "Unauthorized" } },
    ...extensions(operation),
  };
}

function contentOf(types: readonly string[], schema: OpenApiNode): OpenApiNode {
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}
