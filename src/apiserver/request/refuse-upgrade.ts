import type { Duplex } from "node:stream";
import type { StatusError } from "../../api/mod.ts";
import { nodeHttp } from "../../client/node-http.ts";
import { jsonOf } from "../encode/json.ts";

/** Answers a request for an upgrade that is not to be; the connection ends with it. */
export function refuseUpgrade(socket: Duplex, { code, status }: StatusError): void {
  if (socket.destroyed || socket.writableEnded) return;
  const body = jsonOf(status);
  const head = [
    `HTTP/1.1 ${code} ${nodeHttp.STATUS_CODES[code] ?? ""}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]));
}
