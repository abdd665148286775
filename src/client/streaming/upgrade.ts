/** The server's side of an HTTP upgrade: agrees on a protocol, or refuses with a Status as the API does. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { metav1 } from "../../api/mod.ts";
import { nodeHttp } from "../node-http.ts";
import { webSocketLibrary } from "./web-socket-library.ts";

/** An upgrade request as `http.Server` hands it over. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What the client sent right behind its request. */
  readonly head: Buffer;
}

export type UpgradeKind = "websocket" | "spdy" | "none";

/** Names the wire that the client asks for. */
export function upgradeKind(request: Pick<IncomingMessage, "headers">): UpgradeKind {
  const upgrade = request.headers.upgrade?.toLowerCase() ?? "";
  if (!(request.headers.connection ?? "").toLowerCase().includes("upgrade")) return "none";
  if (upgrade.includes("websocket")) return "websocket";
  return upgrade.startsWith("spdy/") ? "spdy" : "none";
}

/** Answers with `code` and a Status, and ends the connection. */
export function refuseUpgrade(socket: Duplex, code: number, message: string, reason = "BadRequest"): void {
  const status: metav1.Status = {
    apiVersion: "v1",
    kind: "Status",
    metadata: {},
    status: "Failure",
    message,
    reason,
    code,
  };
  const body = JSON.stringify(status);
  socket.on("error", () => {});
  socket.end(
    `HTTP/1.1 ${code} ${nodeHttp.STATUS_CODES[code] ?? "Error"}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const streamProtocolHeader = "x-stream-protocol-version";

/** Offered by name, several to a header or in several headers. */
function offeredProtocols(request: IncomingMessage): string[] {
  const header = request.headers[streamProtocolHeader] ?? [];
  return [header]
    .flat()
    .flatMap((value) => value.split(",").map((name) => name.trim()))
    .filter(Boolean);
}

/** Answers 101 and the agreed protocol, `""` where the client offered none; nothing after it has refused. */
export function acceptSpdy(
  { request, socket, head }: UpgradeRequest,
  supported: readonly string[],
): string | undefined {
  const offered = offeredProtocols(request);
  const protocol = offered.find((name) => supported.includes(name)) ?? "";
  if (offered.length > 0 && protocol === "") {
    const message = `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(" ")}], server accepts [${supported.join(" ")}]`;
    refuseUpgrade(socket, 403, message, "Forbidden");
    return undefined;
  }
  const agreed = protocol === "" ? "" : `X-Stream-Protocol-Version: ${protocol}\r\n`;
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${agreed}\r\n`);
  if (head.length > 0) socket.unshift(head);
  return protocol;
}

/** A credential, not a protocol: never agreed on. */
const bearerProtocol = "base64url.bearer.authorization.k8s.io.";
/** The largest message taken. Clients send 32 KiB. */
const maxMessageBytes = 16 * 1024 * 1024;
/** Past it pings are not answered. */
const mostUntakenBytes = 1024 * 1024;

/** Protocols are agreed on here and not by `ws`, which refuses the slash in the name of the tunnelled port-forward. */
export interface AgreedWebSocket {
  /** Paused, so that nothing is missed before the caller listens; nobody hears of its end, either, until it is resumed. */
  readonly webSocket: WebSocket;
  /** `""` where the client offered none. */
  readonly protocol: string;
}

/** Answers nothing after it has refused. */
export function acceptWebSocket(
  { request, socket, head }: UpgradeRequest,
  supported: readonly string[],
): Promise<AgreedWebSocket | undefined> {
  const offered = (request.headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith(bearerProtocol));
  const protocol = offered.find((name) => supported.includes(name)) ?? "";
  if (offered.length > 0 && protocol === "") {
    const message = `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(" ")}], server accepts [${supported.join(" ")}]`;
    refuseUpgrade(socket, 403, message, "Forbidden");
    return Promise.resolve(undefined);
  }
  const { WebSocketServer } = webSocketLibrary();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    autoPong: false,
  });
  if (protocol !== "") server.on("headers", (headers) => headers.push(`Sec-WebSocket-Protocol: ${protocol}`));
  delete request.headers["sec-websocket-protocol"];
  return new Promise((resolve) => {
    socket.once("close", () => resolve(undefined));
    server.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.pause();
      webSocket.on("ping", (data) => answerPing(webSocket, data));
      resolve({ webSocket, protocol });
    });
  });
}

/** The library's own answers wait for nobody: a client that pings and takes nothing would have them kept. */
function answerPing(webSocket: WebSocket, data: Buffer): void {
  if (webSocket.bufferedAmount < mostUntakenBytes) webSocket.pong(data);
}
