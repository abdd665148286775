/** Headers on their way through a proxy: what is between two neighbours stays between them, and credentials go no further. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { withoutTokenProtocols } from "../../auth/mod.ts";
import type { UpgradeRequest } from "../../client/mod.ts";
import type { Exchange, UpgradeExchange } from "../http/exchange.ts";

/** RFC 9110, 7.6.1, and what HTTP/2 has instead. */
const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

function isCredential(name: string): boolean {
  return name === "authorization" || name.startsWith("impersonate-") || name.startsWith("x-remote-");
}

/** Names that the `Connection` header declares to be of this hop as well. */
function named(connection: string | undefined): ReadonlySet<string> {
  return new Set((connection ?? "").split(",").map((name) => name.trim().toLowerCase()));
}

function withoutHop(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const own = named(headers.connection);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(":") && !hopByHop.has(name) && !own.has(name)),
  );
}

/** The name under which the client reached this server. */
export function hostOf({ headers }: Pick<Exchange, "headers">): string {
  return String(headers[":authority"] ?? headers.host ?? "");
}

function clientAddress({ peer, headers }: Exchange): string {
  const address = peer.address.replace(/:\d+$/, "");
  return [headers["x-forwarded-for"], address].flat().filter(Boolean).join(", ");
}

/** The client's headers for the backend. `prefix` is the path that stands for the backend's root. */
export function requestHeaders(exchange: Exchange, prefix: string): OutgoingHttpHeaders {
  const passed = withoutHop(exchange.headers);
  for (const name of Object.keys(passed)) if (isCredential(name) || name === "host") delete passed[name];
  const forwardedFor = clientAddress(exchange);
  return {
    ...passed,
    ...(forwardedFor && { "x-forwarded-for": forwardedFor }),
    "x-forwarded-host": hostOf(exchange),
    "x-forwarded-proto": "https",
    "x-forwarded-uri": prefix,
  };
}

export function responseHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return withoutHop(headers);
}

/** The upgrade request as it may be seen by others. */
export function upgradeHeaders({ request, socket, head }: UpgradeExchange): UpgradeRequest {
  const distinct = request.headersDistinct;
  for (const name of Object.keys(distinct)) if (isCredential(name)) delete distinct[name];
  const protocols = distinct["sec-websocket-protocol"];
  if (protocols) {
    const offered = protocols.flatMap((line) => line.split(",").map((protocol) => protocol.trim()));
    distinct["sec-websocket-protocol"] = [withoutTokenProtocols(offered).join(", ")];
  }
  return { request, socket, head };
}
