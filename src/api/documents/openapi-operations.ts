/** The operations on each resource, in a form that either dialect of OpenAPI is printed from. */
import type { ResourceInfo, SubresourceInfo } from "../resource.ts";
import type { GroupVersionKind } from "../schema/types.ts";
import { apiVersionOf } from "../schema/walk.ts";

export interface Parameter {
  readonly name: string;
  readonly in: "query" | "path";
  readonly type: "string" | "integer" | "boolean";
}

export interface Operation {
  readonly method: "get" | "put" | "post" | "delete" | "options" | "head" | "patch";
  readonly id: string;
  readonly tag: string;
  readonly action?: string;
  readonly kind?: GroupVersionKind;
  readonly parameters?: readonly Parameter[];
  /** The name of the body's type. */
  readonly body?: { readonly type: string; readonly required: boolean; readonly contentTypes: readonly string[] };
  /** The name of the answer's type by HTTP status; `string` for what is no object. */
  readonly answers: Readonly<Record<number, string>>;
  readonly produces: readonly string[];
}

export interface PathItem {
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly operations: readonly Operation[];
}

/** The published names of a resource's types: custom resources have no schema value to take them from. */
export interface TypeNames {
  readonly object: string;
  readonly list: string;
}

export const metaName = (name: string): string => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;
const objectTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const watchTypes = [
  ...objectTypes,
  "application/json;stream=watch",
  "application/vnd.kubernetes.protobuf;stream=watch",
];
const anyType = ["*/*"];
const patchTypes = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
];

const query = (type: Parameter["type"], ...names: string[]): Parameter[] =>
  names.map((name) => ({ name, in: "query", type }));
const inPath = (name: string): Parameter => ({ name, in: "path", type: "string" });

const pretty = query("string", "pretty");
const selection = [
  ...query("string", "continue", "fieldSelector", "labelSelector"),
  ...query("integer", "limit"),
  ...query("string", "resourceVersion", "resourceVersionMatch"),
  ...query("boolean", "sendInitialEvents"),
  ...query("string", "shardSelector"),
  ...query("integer", "timeoutSeconds"),
];
const listing = [...query("boolean", "allowWatchBookmarks"), ...selection, ...query("boolean", "watch")];
const writing = query("string", "dryRun", "fieldManager", "fieldValidation");
const patching = [...writing, ...query("boolean", "force")];
const deleting = [
  ...query("string", "dryRun"),
  ...query("integer", "gracePeriodSeconds"),
  ...query("boolean", "ignoreStoreReadErrorWithClusterBreakingPotential", "orphanDependents"),
  ...query("string", "propagationPolicy"),
];

/** Where a deletion answers the object as it was; elsewhere it answers a Status. */
const deletionsThatAnswer = new Set([
  "csidrivers",
  "csinodes",
  "deviceclasses",
  "persistentvolumeclaims",
  "persistentvolumes",
  "pods",
  "podtemplates",
  "resourceclaims",
  "resourceclaimtemplates",
  "resourcequotas",
  "resourceslices",
  "serviceaccounts",
  "services",
  "storageclasses",
  "volumeattachments",
  "volumeattributesclasses",
]);

/** What subresources without a body take in their query, by the kind of their options. */
const connectionQueries: Readonly<Record<string, readonly Parameter[]>> = {
  PodExecOptions: [...query("string", "command", "container"), ...query("boolean", "stderr", "stdin", "stdout", "tty")],
  PodAttachOptions: [...query("string", "container"), ...query("boolean", "stderr", "stdin", "stdout", "tty")],
  PodPortForwardOptions: query("integer", "ports"),
  PodProxyOptions: query("string", "path"),
  ServiceProxyOptions: query("string", "path"),
  NodeProxyOptions: query("string", "path"),
};
const logQuery = [
  ...query("string", "container"),
  ...query("boolean", "follow", "insecureSkipTLSVerifyBackend"),
  ...query("integer", "limitBytes"),
  ...pretty,
  ...query("boolean", "previous"),
  ...query("integer", "sinceSeconds"),
  ...query("string", "stream"),
  ...query("integer", "tailLines"),
  ...query("boolean", "timestamps"),
];

/** `apps` of `apps`, `RbacAuthorization` of `rbac.authorization.k8s.io`, `Core` of none. */
function groupWord(group: string): string {
  const words = (group === "" ? "core" : group.replace(/\.k8s\.io$/, "")).split(".");
  return words.map(capital).join("");
}

function groupTag(group: string): string {
  const word = groupWord(group);
  return word.charAt(0).toLowerCase() + word.slice(1);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function rootOf(info: GroupVersionKind): string {
  return info.group === "" ? `/api/${info.version}` : `/apis/${apiVersionOf(info)}`;
}

/** Everything that the operations of one resource share. */
class Paths {
  readonly info: ResourceInfo;
  readonly names: TypeNames;
  readonly #prefix: string;
  readonly #noun: string;

  constructor(info: ResourceInfo, names: TypeNames) {
    this.info = info;
    this.names = names;
    this.#prefix = groupWord(info.group) + capital(info.version);
    this.#noun = `${info.namespaced ? "Namespaced" : ""}${info.kind}`;
  }

  get scope(): readonly Parameter[] {
    return this.info.namespaced ? [inPath("namespace")] : [];
  }

  get collection(): string {
    const { resource, namespaced } = this.info;
    return `${rootOf(this.info)}${namespaced ? "/namespaces/{namespace}" : ""}/${resource}`;
  }

  operation(
    verb: string,
    rest: Omit<Operation, "id" | "tag" | "kind">,
    suffix = "",
    kind: GroupVersionKind = this.info,
  ): Operation {
    const { group, version } = this.info;
    return {
      id: `${verb}${this.#prefix}${verb === "connect" ? capital(rest.method) : ""}${this.#noun}${suffix}`,
      tag: `${groupTag(group)}_${version}`,
      kind: { group: kind.group, version: kind.version, kind: kind.kind },
      ...rest,
    };
  }

  /** `list`, `watch` and `deletecollection` have words between verb and kind. */
  named(id: (prefix: string, noun: string) => string, rest: Omit<Operation, "id" | "tag" | "kind">): Operation {
    return { ...this.operation("", rest), id: id(this.#prefix, this.#noun) };
  }
}

/** The paths of one resource and its subresources. */
export function resourcePaths(info: ResourceInfo, names: TypeNames): PathItem[] {
  const paths = new Paths(info, names);
  const items = [allNamespaces(paths), collection(paths), single(paths), ...watches(paths)];
  const subresources = info.subresources.flatMap((sub) => subresourceItems(paths, sub));
  return [...items, ...subresources].filter(({ operations }) => operations.length > 0);
}

function list(paths: Paths, parameters: readonly Parameter[], id: (prefix: string, noun: string) => string): Operation {
  const { list: answer } = paths.names;
  return paths.named(id, { method: "get", action: "list", parameters, answers: { 200: answer }, produces: watchTypes });
}

function allNamespaces(paths: Paths): PathItem {
  const { info } = paths;
  const operations =
    info.namespaced && info.verbs.includes("list")
      ? [list(paths, [], (prefix) => `list${prefix}${info.kind}ForAllNamespaces`)]
      : [];
  return { path: `${rootOf(info)}/${info.resource}`, parameters: [...listing, ...pretty], operations };
}

function collection(paths: Paths): PathItem {
  const { info, names } = paths;
  const operations: Operation[] = [];
  if (info.verbs.includes("list")) operations.push(list(paths, listing, (prefix, noun) => `list${prefix}${noun}`));
  if (info.verbs.includes("create")) operations.push(create(paths, names.object, ""));
  if (info.verbs.includes("deletecollection")) {
    operations.push(
      paths.named((prefix, noun) => `delete${prefix}Collection${noun}`, {
        method: "delete",
        action: "deletecollection",
        parameters: [...selection, ...deleting],
        body: { type: metaName("DeleteOptions"), required: false, contentTypes: anyType },
        answers: { 200: metaName("Status") },
        produces: objectTypes,
      }),
    );
  }
  return { path: paths.collection, parameters: [...paths.scope, ...pretty], operations };
}

function create(paths: Paths, type: string, suffix: string, kind?: GroupVersionKind): Operation {
  return paths.operation(
    "create",
    {
      method: "post",
      action: "post",
      parameters: writing,
      body: { type, required: true, contentTypes: anyType },
      answers: { 200: type, 201: type, 202: type },
      produces: objectTypes,
    },
    suffix,
    kind,
  );
}

function single(paths: Paths): PathItem {
  const { info, names } = paths;
  const operations = readAndWrite(paths, info.verbs, names.object, "");
  const deleted = deletionsThatAnswer.has(info.resource) ? names.object : metaName("Status");
  if (info.verbs.includes("delete")) {
    operations.push(
      paths.operation("delete", {
        method: "delete",
        action: "delete",
        parameters: deleting,
        body: { type: metaName("DeleteOptions"), required: false, contentTypes: anyType },
        answers: { 200: deleted, 202: deleted },
        produces: objectTypes,
      }),
    );
  }
  return { path: `${paths.collection}/{name}`, parameters: [inPath("name"), ...paths.scope, ...pretty], operations };
}

function readAndWrite(
  paths: Paths,
  verbs: readonly string[],
  type: string,
  suffix: string,
  kind?: GroupVersionKind,
): Operation[] {
  const operations: Operation[] = [];
  if (verbs.includes("get")) {
    const answers = { 200: type };
    operations.push(
      paths.operation("read", { method: "get", action: "get", answers, produces: objectTypes }, suffix, kind),
    );
  }
  if (verbs.includes("update")) operations.push(write(paths, "replace", "put", type, suffix, kind));
  if (verbs.includes("patch")) operations.push(write(paths, "patch", "patch", type, suffix, kind));
  return operations;
}

function write(
  paths: Paths,
  verb: string,
  method: "put" | "patch",
  type: string,
  suffix: string,
  kind: GroupVersionKind | undefined,
): Operation {
  const isPatch = method === "patch";
  const body = isPatch
    ? { type: metaName("Patch"), required: true, contentTypes: patchTypes }
    : { type, required: true, contentTypes: anyType };
  const rest = {
    method,
    action: method,
    parameters: isPatch ? patching : writing,
    body,
    answers: { 200: type, 201: type },
  };
  return paths.operation(verb, { ...rest, produces: objectTypes }, suffix, kind);
}

/** The old form of watching, which some clients still have in their generated code. */
function watches(paths: Paths): PathItem[] {
  const { info } = paths;
  if (!info.verbs.includes("watch")) return [];
  const root = rootOf(info);
  const item = (
    path: string,
    parameters: readonly Parameter[],
    action: string,
    id: (prefix: string, noun: string) => string,
  ) => ({
    path,
    parameters: [...listing, ...parameters, ...pretty],
    operations: [
      paths.named(id, { method: "get", action, answers: { 200: metaName("WatchEvent") }, produces: watchTypes }),
    ],
  });
  const within = paths.collection.replace(root, `${root}/watch`);
  const items = [
    item(within, paths.scope, "watchlist", (prefix, noun) => `watch${prefix}${noun}List`),
    item(`${within}/{name}`, [inPath("name"), ...paths.scope], "watch", (prefix, noun) => `watch${prefix}${noun}`),
  ];
  if (!info.namespaced) return items;
  const everywhere = item(
    `${root}/watch/${info.resource}`,
    [],
    "watchlist",
    (prefix) => `watch${prefix}${info.kind}ListForAllNamespaces`,
  );
  return [everywhere, ...items];
}

function subresourceItems(paths: Paths, sub: SubresourceInfo): PathItem[] {
  const path = `${paths.collection}/{name}/${sub.name}`;
  const scope = [inPath("name"), ...paths.scope];
  const suffix = capital(sub.name);
  if (sub.name === "log")
    return [{ path, parameters: [...scope, ...logQuery], operations: [readLog(paths, sub, suffix)] }];
  // Custom resources have no schema value, but `/status` takes the object itself.
  const type = sub.schema?.name ?? (sub.name === "status" ? paths.names.object : undefined);
  if (type !== undefined) {
    const operations = readAndWrite(paths, sub.verbs, type, suffix, sub);
    if (sub.verbs.includes("create")) operations.push(create(paths, type, suffix, sub));
    return [{ path, parameters: [...scope, ...pretty], operations }];
  }
  const parameters = [...scope, ...(connectionQueries[sub.kind] ?? [])];
  const plain = { path, parameters, operations: connects(paths, sub, suffix) };
  if (sub.name !== "proxy") return [plain];
  const deeper = {
    path: `${path}/{path}`,
    parameters: [...parameters, inPath("path")],
    operations: connects(paths, sub, `${suffix}WithPath`),
  };
  return [plain, deeper];
}

function readLog(paths: Paths, sub: SubresourceInfo, suffix: string): Operation {
  const produces = ["text/plain", ...objectTypes];
  return paths.operation("read", { method: "get", action: "get", answers: { 200: "string" }, produces }, suffix, sub);
}

const proxyMethods = ["get", "put", "post", "delete", "options", "head", "patch"] as const;

function connects(paths: Paths, sub: SubresourceInfo, suffix: string): Operation[] {
  const methods = sub.name === "proxy" ? proxyMethods : (["get", "post"] as const);
  return methods.map((method) =>
    paths.operation(
      "connect",
      { method, action: "connect", answers: { 200: "string" }, produces: anyType },
      suffix,
      sub,
    ),
  );
}

/** Paths that answer what there is: discovery, version, keys. */
export function discoveryPaths(
  groups: readonly { readonly name: string; readonly versions: readonly string[] }[],
): PathItem[] {
  const get = (path: string, id: string, tag: string, type: string, produces = objectTypes): PathItem => ({
    path,
    parameters: [],
    operations: [{ method: "get", id, tag, answers: { 200: type }, produces }],
  });
  return [
    get("/api/", "getCoreAPIVersions", "core", metaName("APIVersions")),
    get("/api/v1/", "getCoreV1APIResources", "core_v1", metaName("APIResourceList")),
    get("/apis/", "getAPIVersions", "apis", metaName("APIGroupList")),
    ...groups.flatMap(({ name, versions }) => [
      get(`/apis/${name}/`, `get${groupWord(name)}APIGroup`, groupTag(name), metaName("APIGroup")),
      ...versions.map((version) => {
        const id = `get${groupWord(name)}${capital(version)}APIResources`;
        return get(`/apis/${name}/${version}/`, id, `${groupTag(name)}_${version}`, metaName("APIResourceList"));
      }),
    ]),
    get("/version/", "getCodeVersion", "version", "io.k8s.apimachinery.pkg.version.Info", ["application/json"]),
    get("/openid/v1/jwks/", "getServiceAccountIssuerOpenIDKeyset", "openid", "string", ["application/jwk-set+json"]),
    get("/.well-known/openid-configuration/", "getServiceAccountIssuerOpenIDConfiguration", "WellKnown", "string", [
      "application/json",
    ]),
  ];
}
