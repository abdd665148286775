/** What a method and a path ask for, before anything is known about who asks. */

export type Verb =
  | "get"
  | "list"
  | "watch"
  | "create"
  | "update"
  | "patch"
  | "delete"
  | "deletecollection"
  | "connect"
  | "";

export interface ResourceRequest {
  readonly verb: Verb;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** Path below the subresource, without a leading slash: `proxy/a/b`. */
  readonly rest: string;
  /** Empty: all namespaces, or a resource that has none. */
  readonly namespace: string;
  /** Empty: the collection. */
  readonly name: string;
  /** The path puts the resource below `namespaces/NAME/`. */
  readonly inNamespace: boolean;
}

export interface RequestInfo {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Verb of a path that is no resource: the method in lower case. */
  readonly pathVerb: string;
  readonly resource?: ResourceRequest;
}

const noQuery = new URLSearchParams();

/** `target` is what stands in the request line: path and query. */
export function parseRequest(method: string, target: string): RequestInfo {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? noQuery : new URLSearchParams(target.slice(mark + 1));
  return requestInfo(method, path, query);
}

export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const resource = parseResource(method, path, query);
  return { method, path, query, pathVerb: method.toLowerCase(), ...(resource && { resource }) };
}

function parseResource(method: string, path: string, query: URLSearchParams): ResourceRequest | undefined {
  const parts = split(path);
  if (!parts) return undefined;
  if (parts[0] === "api" && parts.length >= 3) return resourceRequest(method, "", parts[1]!, parts.slice(2), query);
  if (parts[0] === "apis" && parts.length >= 4)
    return resourceRequest(method, parts[1]!, parts[2]!, parts.slice(3), query);
  return undefined;
}

/** Decoded segments; nothing where an escape is broken. */
function split(path: string): string[] | undefined {
  const parts = path.split("/");
  parts.shift();
  if (parts.at(-1) === "") parts.pop();
  if (!path.includes("%")) return parts;
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

const subresourcesOfNamespaces: ReadonlySet<string> = new Set(["status", "finalize"]);

function resourceRequest(
  method: string,
  group: string,
  version: string,
  segments: string[],
  query: URLSearchParams,
): ResourceRequest | undefined {
  // `/api/v1/watch/…` is the form before the query parameter; some old clients still use it.
  const watchPath = segments[0] === "watch" && segments.length > 1;
  const parts = watchPath ? segments.slice(1) : segments;
  const inNamespace = parts[0] === "namespaces" && parts.length > 2 && !isNamespaceSubresource(parts);
  const own = inNamespace ? parts.slice(2) : parts;
  const [resource = "", name = "", subresource = "", ...rest] = own;
  if (resource === "") return undefined;
  const namespace = parts[0] === "namespaces" ? (parts[1] ?? "") : "";
  const verb = verbOf(method, name, watchPath, query);
  return { verb, group, version, resource, subresource, rest: rest.join("/"), namespace, name, inNamespace };
}

function isNamespaceSubresource(parts: readonly string[]): boolean {
  return parts.length === 3 && subresourcesOfNamespaces.has(parts[2]!);
}

function verbOf(method: string, name: string, watchPath: boolean, query: URLSearchParams): Verb {
  switch (method) {
    case "GET":
      if (watchPath || (name === "" && isTrue(query.get("watch")))) return "watch";
      return name === "" ? "list" : "get";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === "" ? "deletecollection" : "delete";
    default:
      return "";
  }
}

/** Booleans in queries: present and neither `false` nor `0`. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== "false" && value !== "0";
}
