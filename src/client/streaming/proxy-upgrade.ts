/** Passes an upgraded connection on to the server that knows what to do with it, byte for byte. */
import { readFileSync } from "node:fs";
import type http from "node:http";
import https from "node:https";
import { nodeHttp } from "../node-http.ts";
import type { DialTarget } from "./dial.ts";
import { tlsOptions } from "./dial.ts";
import { joinStreams } from "./port-forward.ts";
import { refuseUpgrade, type UpgradeRequest } from "./upgrade.ts";

/** The client's own credentials and connection stay here. */
const ownHeaders = new Set(["authorization", "host", "x-forwarded-for", "content-length", "transfer-encoding"]);

/**
 * Asks `target` for the same upgrade with its own credentials and passes its answer on, a refusal too. Resolves when both connections are over.
 */
export function proxyUpgrade({ request, socket, head }: UpgradeRequest, target: DialTarget): Promise<void> {
  // Not relative to the server: a path that begins with two slashes would name another.
  const url = new URL(target.server + target.path);
  const options = { method: request.method ?? "POST", ...tlsOptions(target), headers: passedHeaders(request, target) };
  const onward = url.protocol === "https:" ? https.request(url, options) : nodeHttp.request(url, options);
  return new Promise((resolve) => {
    const giveUp = (): void => void onward.destroy();
    socket.once("close", giveUp);
    onward.once("error", (error) => {
      if (!socket.destroyed) refuseUpgrade(socket, 502, `error dialing backend: ${error.message}`, "");
      resolve();
    });
    onward.once("response", (response) => {
      socket.write(responseHead(response, "close"));
      response.pipe(socket);
      response.once("close", resolve);
    });
    onward.once("upgrade", (response, behind, behindHead) => {
      socket.off("close", giveUp);
      socket.write(responseHead(response));
      if (behindHead.length > 0) behind.unshift(behindHead);
      if (head.length > 0) socket.unshift(head);
      joinStreams(socket, behind).then(resolve);
    });
    onward.end();
  });
}

function passedHeaders(request: http.IncomingMessage, target: DialTarget): http.OutgoingHttpHeaders {
  const { token, tokenFile, headers } = target;
  const bearer = tokenFile ? readFileSync(tokenFile, "utf8").trim() : token;
  const passed = Object.entries(request.headersDistinct).filter(([name]) => !ownHeaders.has(name));
  return { ...Object.fromEntries(passed), ...(bearer && { authorization: `Bearer ${bearer}` }), ...headers };
}

/** The answer's first lines; its body comes decoded, so that it ends with the connection. */
function responseHead(response: http.IncomingMessage, connection?: string): string {
  const lines: string[] = [];
  for (let index = 0; index < response.rawHeaders.length; index += 2) {
    const name = response.rawHeaders[index]!;
    if (connection && /^(connection|transfer-encoding|keep-alive)$/i.test(name)) continue;
    lines.push(`${name}: ${response.rawHeaders[index + 1]}`);
  }
  if (connection) lines.push(`Connection: ${connection}`);
  return `HTTP/1.1 ${response.statusCode} ${response.statusMessage}\r\n${lines.join("\r\n")}\r\n\r\n`;
}
