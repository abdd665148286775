/** The path and the name of a request to a `proxy` subresource. */
import { BlockList, isIP } from "node:net";
import { posix } from "node:path";
import type { ResourceRequest } from "../request/request-info.ts";

export interface ProxyPath {
  /** `/api/v1/namespaces/NS/pods/NAME/proxy`: what stands for the root of what is behind. */
  readonly prefix: string;
  /** From the slash on, as upstream passes it on; empty where there is not even a slash. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
}

/** `target` is what stands in the request line. */
export function proxyPath(target: string, { inNamespace }: Pick<ResourceRequest, "inNamespace">): ProxyPath {
  const mark = target.indexOf("?");
  const whole = mark < 0 ? target : target.slice(0, mark);
  const segments = whole.split("/");
  const length = inNamespace ? 8 : 6;
  const rest = segments.slice(length);
  return {
    prefix: segments.slice(0, length).join("/"),
    path: rest.length === 0 ? "" : forwardedPath(`/${rest.join("/")}`),
    query: mark < 0 ? "" : target.slice(mark),
  };
}

/** Read, without what leads up or nowhere, and written again: `%2F` becomes a slash, `a/../b` becomes `b`; a slash at the end stays. */
export function forwardedPath(path: string): string {
  const plain = decoded(path);
  return plain === undefined ? path : posix.normalize(plain).split("/").map(escaped).join("/");
}

/** Nothing where the escapes are no text. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** As Go writes a segment of a path. */
function escaped(segment: string): string {
  return encodeURIComponent(segment)
    .replace(/[!*'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);
}

export interface ProxyName {
  /** Empty where the name does not say. */
  readonly scheme: "" | "http" | "https";
  readonly name: string;
  readonly port: string;
}

/** `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`; nothing where it is none of these. */
export function parseProxyName(text: string): ProxyName | undefined {
  const parts = text.split(":");
  if (parts.length === 1) return text === "" ? undefined : { scheme: "", name: text, port: "" };
  if (parts.length === 2) return parts[0] === "" ? undefined : { scheme: "", name: parts[0]!, port: parts[1]! };
  const [scheme, name = "", port = ""] = parts;
  if (parts.length !== 3 || name === "" || (scheme !== "http" && scheme !== "https")) return undefined;
  return { scheme, name, port };
}

const refused = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 32],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 4],
  ["255.255.255.255", 32],
] as const)
  refused.addSubnet(network, bits, "ipv4");
for (const [network, bits] of [
  ["::", 127],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  refused.addSubnet(network, bits, "ipv6");

/**
 * Addresses that mean something else on the API server's machine than on the client's, or a crowd, are not for clients to reach through it;
 * neither is the name of this machine.
 */
export function isProxyable(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return address !== "" && !/^localhost\.?$|\.localhost\.?$/i.test(address);
  return !refused.check(address, version === 4 ? "ipv4" : "ipv6");
}
