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
  const pathVerb = method.toLowerCase();
  return resource ? { method, path, query, pathVerb, resource } : { method, path, query, pathVerb };
}

function parseResource(method: string, path: string, query: URLSearchParams): ResourceRequest | undefined {
  const parts = split(path);
  if (parts?.[1] === "api" && parts.length >= 4) return resourceRequest(method, "", parts, 2, query);
  if (parts?.[1] === "apis" && parts.length >= 5) return resourceRequest(method, parts[2]!, parts, 3, query);
  return undefined;
}

/** Decoded segments, behind the empty one before the first slash; nothing where an escape is broken. */
function split(path: string): string[] | undefined {
  const parts = path.split("/");
  if (parts.length > 1 && parts.at(-1) === "") parts.pop();
  if (!path.includes("%")) return parts;
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

const subresourcesOfNamespaces: ReadonlySet<string> = new Set(["status", "finalize"]);

/** `versionAt`: where the version stands in `parts`. */
function resourceRequest(
  method: string,
  group: string,
  parts: readonly string[],
  versionAt: number,
  query: URLSearchParams,
): ResourceRequest | undefined {
  const version = parts[versionAt]!;
  // `/api/v1/watch/…` is the form before the query parameter; some old clients still use it.
  const watchPath = parts[versionAt + 1] === "watch" && parts.length > versionAt + 2;
  const first = watchPath ? versionAt + 2 : versionAt + 1;
  const belowNamespaces = parts[first] === "namespaces";
  const inNamespace = belowNamespaces && parts.length > first + 2 && !isNamespaceSubresource(parts, first);
  const own = inNamespace ? first + 2 : first;
  const resource = parts[own] ?? "";
  if (resource === "") return undefined;
  const name = parts[own + 1] ?? "";
  const subresource = parts[own + 2] ?? "";
  const rest = parts.length > own + 3 ? parts.slice(own + 3).join("/") : "";
  const namespace = belowNamespaces ? (parts[first + 1] ?? "") : "";
  const verb = verbOf(method, name, watchPath, query);
  return { verb, group, version, resource, subresource, rest, namespace, name, inNamespace };
}

/** `namespaces/NAME/status`: `first` is where it begins. */
function isNamespaceSubresource(parts: readonly string[], first: number): boolean {
  return parts.length === first + 3 && subresourcesOfNamespaces.has(parts[first + 2]!);
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
