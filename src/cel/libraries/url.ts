/** URLs as Go's net/url reads requests: absolute, or a path from the root. */
import { type Overload, overload } from "../checker/signature.ts";
import { ArrayList, EntryMap, EvaluationError, OpaqueValue, type Value } from "../values/value.ts";

const pattern = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?$/;
const rooted = /^()()(\/[^?#]*)(?:\?([^#]*))?(?:#.*)?$/;
const named = "kubernetes.URL";

class UrlValue extends OpaqueValue {
  readonly typeName = named;
  readonly scheme: string;
  /** With its port. */
  readonly host: string;
  readonly path: string;
  readonly query: string;

  constructor(scheme: string, host: string, path: string, query: string) {
    super();
    this.scheme = scheme;
    this.host = host;
    this.path = path;
    this.query = query;
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof UrlValue && other.text === this.text;
  }

  get text(): string {
    return `${this.scheme}://${this.host}${this.path}?${this.query}`;
  }
}

function parseUrl(text: string): UrlValue | undefined {
  if (/[\s\p{Cc}]/u.test(text) || /%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const [, scheme, authority, path, query = ""] = pattern.exec(text) ?? rooted.exec(text) ?? [];
  if (scheme === undefined || authority === undefined || path === undefined) return undefined;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  if (!/^(?:\[[0-9A-Fa-f:.%]+\]|[^:[\]<>"\\^`{|}]*)(?::\d*)?$/.test(host)) return undefined;
  return new UrlValue(scheme.toLowerCase(), host, path, query);
}

function url(text: string): UrlValue {
  const found = parseUrl(text);
  if (!found)
    throw new EvaluationError(
      `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
    );
  return found;
}

function hostname({ host }: UrlValue): string {
  return host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
}

function query({ query }: UrlValue): EntryMap {
  const entries = new Map<string, Value[]>();
  for (const [key, value] of new URLSearchParams(query)) {
    const known = entries.get(key);
    if (known) known.push(value);
    else entries.set(key, [value]);
  }
  return new EntryMap([...entries].map(([key, values]) => [key, new ArrayList(values)]));
}

function escapedPath({ path }: UrlValue): string {
  return encodeURI(path).replace(/%25([0-9A-Fa-f]{2})/g, "%$1");
}

const scan = { cost: (sizes: readonly number[]) => Math.ceil(sizes[0]! * 0.1) };

export const urls: readonly Overload[] = [
  overload(`url(string): ${named}`, url, scan),
  overload("isURL(string): bool", (text: string) => parseUrl(text) !== undefined, scan),
  overload(`${named}.getScheme(): string`, ({ scheme }: UrlValue) => scheme),
  overload(`${named}.getHost(): string`, ({ host }: UrlValue) => host),
  overload(`${named}.getHostname(): string`, hostname),
  overload(`${named}.getPort(): string`, ({ host }: UrlValue) => /:(\d*)$/.exec(host)?.[1] ?? ""),
  overload(`${named}.getEscapedPath(): string`, escapedPath),
  overload(`${named}.getQuery(): map(string, list(string))`, query),
];
