/** A request for a group version of another server, passed on to it with the asker's name, and its answer passed back as it comes. */
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import type { User } from "../../auth/mod.ts";
import { proxyUpgrade } from "../../client/mod.ts";
import type { Exchange, UpgradeExchange } from "../http/exchange.ts";
import { hostOf, requestHeaders, responseHeaders, upgradeHeaders } from "../streaming/forwarded-headers.ts";
import { forwardedLocation } from "../streaming/proxy.ts";
import { isAvailable, type RemoteVersion } from "./registered-services.ts";

/** What clients match on: a plain text, not a Status. */
const unavailableText = "service unavailable";

export async function proxyExchange(remote: RemoteVersion, user: User, exchange: Exchange): Promise<number> {
  if (!isAvailable(remote.service)) return refuse(exchange, unavailableText);
  const url = await remote.server.url(exchange.target).catch(() => undefined);
  if (!url) return refuse(exchange, unavailableText);
  try {
    const answer = await remote.server.send(user, url, {
      method: exchange.method,
      headers: requestHeaders(exchange, url.pathname),
      signal: exchange.signal,
      ...(exchange.hasBody && { body: exchange.body }),
    });
    return await passAnswer(answer, exchange, url);
  } catch (error) {
    return refuse(exchange, `error trying to reach service: ${(error as Error).message}`);
  }
}

async function passAnswer(answer: IncomingMessage, exchange: Exchange, url: URL): Promise<number> {
  const headers = responseHeaders(answer.headers);
  const { location } = answer.headers;
  if (location) headers["location"] = forwardedLocation(location, url, { host: hostOf(exchange), prefix: "" });
  const status = answer.statusCode ?? 502;
  const output = exchange.stream(status, headers);
  // Whoever leaves first ends it for the other: the head has been sent, so there is no other way to say it.
  await pipeline(answer, output).catch(() => {});
  return status;
}

function refuse(exchange: Exchange, message: string): number {
  const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
  exchange.respond(503, headers, Buffer.from(`${message}\n`));
  return 503;
}

export async function proxyUpgradeTo(remote: RemoteVersion, user: User, exchange: UpgradeExchange): Promise<void> {
  const target = isAvailable(remote.service)
    ? await remote.server.dialTarget(user, exchange.target).catch(() => undefined)
    : undefined;
  if (target) return proxyUpgrade(upgradeHeaders(exchange), target);
  const body = `${unavailableText}\n`;
  exchange.socket.end(
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n" +
      `X-Content-Type-Options: nosniff\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}
