/** The client's side of an upgrade: opens a streaming connection to an API server, a node, or a runtime. */

import { readFileSync } from "node:fs";
import type http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import { type HttpTransportOptions, statusError } from "../http-transport.ts";
import { nodeHttp } from "../node-http.ts";
import { PortForwardClient, portForwardProtocol, tunnelledPortForward } from "./port-forward.ts";
import type { RemoteCommandClient, StreamFlags } from "./remote-command.ts";
import { openSpdyCommand, spdyCommandProtocols } from "./remote-command-spdy.ts";
import { openWebSocketCommand } from "./remote-command-websocket.ts";
import type { AgreedWebSocket } from "./upgrade.ts";
import { webSocketLibrary } from "./web-socket-library.ts";

export interface DialTarget extends HttpTransportOptions {
  /** With its query: `/api/v1/namespaces/team/pods/web/exec?command=ls&stdout=true`. */
  readonly path: string;
  /** Beside the credentials: those of an impersonated user, say. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly signal?: AbortSignal;
}

/** WebSocket first, as kubectl does; SPDY where the server does not know it. Refusals reject with a `StatusError`. */
export type DialWire = "websocket" | "spdy";

export async function dialRemoteCommand(
  target: DialTarget,
  flags: StreamFlags,
  wire: DialWire = "websocket",
): Promise<RemoteCommandClient> {
  if (wire === "spdy") {
    const { socket, protocol } = await dialSpdy(target, spdyCommandProtocols);
    return openSpdyCommand(socket, protocol, flags);
  }
  return openWebSocketCommand(await dialWebSocket(target, ["v5.channel.k8s.io", "v4.channel.k8s.io"]), flags);
}

export async function dialPortForward(target: DialTarget, wire: DialWire = "websocket"): Promise<PortForwardClient> {
  if (wire === "spdy") return new PortForwardClient((await dialSpdy(target, [portForwardProtocol])).socket);
  return new PortForwardClient(
    webSocketLibrary().createWebSocketStream((await dialWebSocket(target, [tunnelledPortForward])).webSocket),
  );
}

function requestHeaders(target: DialTarget): Record<string, string | string[]> {
  const { token, tokenFile, userAgent, headers } = target;
  const bearer = tokenFile ? readFileSync(tokenFile, "utf8").trim() : token;
  return { "user-agent": userAgent ?? "kubets", ...(bearer && { authorization: `Bearer ${bearer}` }), ...headers };
}

/** What `tls.connect` and its likes take. */
export function tlsOptions(options: HttpTransportOptions) {
  const { certificateAuthority, clientCertificate, clientKey, insecure, serverName } = options;
  return {
    ...(serverName && { servername: serverName }),
    ...(certificateAuthority && { ca: certificateAuthority, allowPartialTrustChain: true }),
    ...(clientCertificate && { cert: clientCertificate }),
    ...(clientKey && { key: clientKey }),
    rejectUnauthorized: !insecure,
  };
}

export interface SpdySocket {
  readonly socket: Duplex;
  /** `""` where the server did not say: the first version. */
  readonly protocol: string;
}

export function dialSpdy(target: DialTarget, protocols: readonly string[]): Promise<SpdySocket> {
  const url = new URL(target.path, target.server);
  const options = {
    method: "POST",
    ...tlsOptions(target),
    ...(target.signal && { signal: target.signal }),
    headers: {
      ...requestHeaders(target),
      connection: "Upgrade",
      upgrade: "SPDY/3.1",
      "x-stream-protocol-version": [...protocols],
    },
  };
  return new Promise((resolve, reject) => {
    const request = url.protocol === "https:" ? https.request(url, options) : nodeHttp.request(url, options);
    request.once("error", reject);
    request.once("response", (response) => void rejectWithStatus(response, reject));
    request.once("upgrade", (response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      const protocol = response.headers["x-stream-protocol-version"];
      resolve({ socket, protocol: [protocol ?? ""].flat()[0]! });
    });
    request.end();
  });
}

/** The WebSocket is paused until its reader is there. */
export function dialWebSocket(target: DialTarget, protocols: readonly string[]): Promise<AgreedWebSocket> {
  const url = new URL(target.path, target.server.replace(/^http/, "ws"));
  const { WebSocket } = webSocketLibrary();
  const webSocket = new WebSocket(url, {
    ...tlsOptions(target),
    headers: { ...requestHeaders(target), "sec-websocket-protocol": protocols.join(", ") },
    perMessageDeflate: false,
    maxPayload: 16 * 1024 * 1024,
  });
  const abort = (): void => webSocket.terminate();
  target.signal?.addEventListener("abort", abort, { once: true });
  let protocol = "";
  return new Promise((resolve, reject) => {
    webSocket.once("upgrade", ({ headers }) => {
      protocol = headers["sec-websocket-protocol"] ?? "";
      delete headers["sec-websocket-protocol"];
    });
    webSocket.once("open", () => {
      target.signal?.removeEventListener("abort", abort);
      webSocket.pause();
      resolve({ webSocket, protocol });
    });
    webSocket.once("error", reject);
    webSocket.once("unexpected-response", (_request, response) => void rejectWithStatus(response, reject));
  });
}

async function rejectWithStatus(response: http.IncomingMessage, reject: (error: Error) => void): Promise<void> {
  const parts: Buffer[] = [];
  try {
    for await (const part of response) parts.push(part as Buffer);
  } catch {
    // What came of the answer says enough.
  }
  // A node's words, as client-go passes them on: `container not found ("web")`.
  const wrapped = (text: string) => `unable to upgrade connection: ${text}`;
  reject(statusError(response.statusCode ?? 500, Buffer.concat(parts), wrapped));
}
