/** `pods/proxy`, `services/proxy` and `nodes/proxy`: any request, passed on to what listens there, and its answer passed back. */
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { proxyUpgrade } from "../../client/mod.ts";
import { unavailable } from "../errors.ts";
import type { Exchange, UpgradeExchange } from "../http/exchange.ts";
import type { ConnectionHandler } from "../request/connection.ts";
import { BackendError, sendToBackend } from "./backend-request.ts";
import { hostOf, requestHeaders, responseHeaders, upgradeHeaders } from "./forwarded-headers.ts";
import type { NodeAgents } from "./node-agent.ts";
import { forwardedLink, pageStages } from "./pages.ts";
import { type ProxyPath, proxyPath } from "./proxy-path.ts";
import type { FindTarget, ProxyTarget } from "./proxy-targets.ts";

/** Relative links of a page work only below a path that ends with a slash. */
function redirectToRoot(exchange: Exchange, { prefix, query }: ProxyPath): boolean {
  if (exchange.method !== "GET" && exchange.method !== "HEAD") return false;
  exchange.respond(301, { location: `${prefix}/${query}` });
  return true;
}

/** Redirects of the backend to itself lead through the proxy again; those to elsewhere are left as they are. */
export function forwardedLocation(location: string, backend: URL, front: { host: string; prefix: string }): string {
  const target = URL.parse(location, backend);
  if (!target || target.host !== backend.host) return location;
  return `https://${front.host}${front.prefix}${target.pathname}${target.search}${target.hash}`;
}

/** Answers without a body have nothing to unpack, and a part of a page may begin within a tag. */
function hasWholeBody(answer: IncomingMessage, method: string): boolean {
  return method !== "HEAD" && ![204, 206, 304].includes(answer.statusCode ?? 0);
}

async function passAnswer(answer: IncomingMessage, exchange: Exchange, url: URL, prefix: string): Promise<void> {
  const front = { host: hostOf(exchange), prefix };
  const headers = responseHeaders(answer.headers);
  if (answer.headers.location) headers["location"] = forwardedLocation(answer.headers.location, url, front);
  const rewrite = (link: string) => forwardedLink(link, url, front);
  const stages = hasWholeBody(answer, exchange.method) ? pageStages(answer.headers, rewrite) : [];
  if (stages.length > 0) {
    delete headers["content-length"];
    delete headers["content-encoding"];
  }
  const output = exchange.stream(answer.statusCode ?? 502, headers);
  // Whoever leaves first ends it for the other: the head has been sent, so there is no other way to say it.
  await pipeline([answer, ...stages, output]).catch(() => {});
}

async function forward(exchange: Exchange, path: ProxyPath, target: ProxyTarget, agents: NodeAgents): Promise<void> {
  const url = new URL(`${target.server}${path.path || "/"}${path.query}`);
  const answer = await sendToBackend({
    method: exchange.method,
    url,
    headers: requestHeaders(exchange, path.prefix + (path.path || "/")),
    signal: exchange.signal,
    ...(exchange.hasBody && { body: exchange.body }),
    ...(target.isAgent ? { agent: agents.agent } : { insecure: true }),
  }).catch((error: Error) => {
    if (error instanceof BackendError) throw unavailable(`error trying to reach service: ${error.message}`);
    throw error;
  });
  await passAnswer(answer, exchange, url, path.prefix);
}

function upgrade(exchange: UpgradeExchange, path: ProxyPath, target: ProxyTarget, agents: NodeAgents): Promise<void> {
  const dial = { server: target.server, path: `${path.path || "/"}${path.query}` };
  const credentials = target.isAgent ? agents.credentials : { insecure: true };
  return proxyUpgrade(upgradeHeaders(exchange), { ...dial, ...credentials });
}

export function proxyConnection(find: FindTarget, agents: NodeAgents): ConnectionHandler {
  return async ({ request, via }) => {
    const path = proxyPath(via.exchange.target, request);
    const target = await find(request);
    if (via.type === "upgrade") return upgrade(via.exchange, path, target, agents);
    if (path.path === "" && redirectToRoot(via.exchange, path)) return;
    await forward(via.exchange, path, target, agents);
  };
}
