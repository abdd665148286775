/** Every path that a server's discovery names, asked with every method. */
export interface Step {
  readonly method: string;
  readonly path: string;
  /** Of an object, or an empty one. */
  readonly body?: string;
  /** What the authorizer is to be asked; nothing for paths that are no resources. */
  readonly resource?: {
    readonly verb: string;
    readonly group: string;
    /** With the subresource: `pods/log`. */
    readonly resource: string;
    readonly namespace: string;
    readonly name: string;
  };
}

export interface WalkNames {
  readonly namespace: string;
  /** Of the object asked for, by plural. */
  readonly nameOf: (resource: string) => string;
}

interface DiscoveredResource {
  readonly resource: string;
  readonly scope: "Namespaced" | "Cluster";
  readonly subresources?: readonly { readonly subresource: string }[];
}

export interface GroupDiscovery {
  readonly metadata?: { readonly name?: string };
  readonly versions: readonly { readonly version: string; readonly resources?: readonly DiscoveredResource[] }[];
}

/** `groups`: the items of both APIGroupDiscoveryLists. */
export function* walk(groups: readonly GroupDiscovery[], names: WalkNames): Generator<Step> {
  for (const { metadata, versions } of groups) {
    const group = metadata?.name ?? "";
    for (const { version, resources = [] } of versions) {
      const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
      for (const resource of resources) yield* walkResource(root, group, resource, names);
    }
  }
}

function* walkResource(root: string, group: string, found: DiscoveredResource, names: WalkNames): Generator<Step> {
  const { resource, scope, subresources = [] } = found;
  const namespace = scope === "Namespaced" ? names.namespace : "";
  const place = namespace === "" ? root : `${root}/namespaces/${namespace}`;
  const name = names.nameOf(resource);
  const collection = `${place}/${resource}`;
  const asked = { group, resource, namespace, name: "" };
  yield* walkCollection(collection, asked);
  if (namespace !== "") yield* walkReads(`${root}/${resource}`, { ...asked, namespace: "" });
  // A namespace is its own namespace.
  const own = group === "" && resource === "namespaces" ? { ...asked, namespace: name } : asked;
  yield* walkObject(`${collection}/${name}`, { ...own, name });
  for (const { subresource } of subresources)
    yield* walkObject(`${collection}/${name}/${subresource}`, { ...own, resource: `${resource}/${subresource}`, name });
}

type Asked = Omit<NonNullable<Step["resource"]>, "verb">;

function* walkReads(path: string, asked: Asked): Generator<Step> {
  yield { method: "GET", path, resource: { ...asked, verb: "list" } };
  yield { method: "GET", path: `${path}?watch=true`, resource: { ...asked, verb: "watch" } };
}

function* walkCollection(path: string, asked: Asked): Generator<Step> {
  yield* walkReads(path, asked);
  yield { method: "POST", path, body: "{}", resource: { ...asked, verb: "create" } };
  yield { method: "DELETE", path: `${path}?dryRun=All`, resource: { ...asked, verb: "deletecollection" } };
}

function* walkObject(path: string, asked: Asked): Generator<Step> {
  yield { method: "GET", path, resource: { ...asked, verb: "get" } };
  yield { method: "PUT", path: `${path}?dryRun=All`, body: "{}", resource: { ...asked, verb: "update" } };
  yield { method: "PATCH", path: `${path}?dryRun=All`, body: "{}", resource: { ...asked, verb: "patch" } };
  yield { method: "DELETE", path: `${path}?dryRun=All`, resource: { ...asked, verb: "delete" } };
  if (asked.resource.includes("/"))
    yield { method: "POST", path: `${path}?dryRun=All`, body: "{}", resource: { ...asked, verb: "create" } };
}

/** What stands before the reason in the message of a 403. */
export function refusalOf(user: string, { method, path, resource }: Step): string {
  if (!resource) return `forbidden: User "${user}" cannot ${method.toLowerCase()} path "${path}"`;
  const { verb, group, namespace, name } = resource;
  const plural = resource.resource.split("/")[0]!;
  const object = `${plural}${group && `.${group}`}${name && ` "${name}"`}`;
  const where = namespace ? `in the namespace "${namespace}"` : "at the cluster scope";
  return `${object} is forbidden: User "${user}" cannot ${verb} resource "${resource.resource}" in API group "${group}" ${where}`;
}
