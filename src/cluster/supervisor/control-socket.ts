/** The supervisor's own small door: a unix socket that `kubets status`, `down` and the others speak HTTP to. */

import { existsSync, rmSync } from "node:fs";
import type { IncomingMessage, Server } from "node:http";
import { nodeHttp } from "../../client/node-http.ts";
import type { ProcessStatus } from "./supervisor.ts";

export interface SupervisorStatus {
  readonly phase: "starting" | "ready" | "stopping";
  readonly port: number;
  readonly processes: readonly ProcessStatus[];
  /** Roles whose process has ended and is to be started again. */
  readonly missing: readonly string[];
}

export interface ControlHandlers {
  status(): SupervisorStatus;
  addKubeconfig(path: string): void;
  stop(options: { readonly removeData: boolean }): Promise<void>;
}

const bodyLimit = 64 * 1024;

async function readBody(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    length += (chunk as Buffer).length;
    if (length > bodyLimit) throw new Error("body too large");
    chunks.push(chunk as Buffer);
  }
  return length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

async function answer(message: IncomingMessage, handlers: ControlHandlers): Promise<unknown> {
  const body = (await readBody(message)) as { path?: string; removeData?: boolean };
  if (message.method === "GET" && message.url === "/status") return handlers.status();
  if (message.method === "POST" && message.url === "/kubeconfig" && body.path)
    return handlers.addKubeconfig(body.path) ?? {};
  if (message.method === "POST" && message.url === "/stop")
    return (await handlers.stop({ removeData: body.removeData === true })) ?? {};
  throw new Error(`no such call: ${message.method} ${message.url}`);
}

/** Only the owner may connect: the socket lies in a folder of mode 0700. */
export function openControlSocket(path: string, handlers: ControlHandlers): Promise<Server> {
  if (existsSync(path)) rmSync(path);
  const server = nodeHttp.createServer((message, response) => {
    answer(message, handlers).then(
      (value) =>
        response.writeHead(200, { "content-type": "application/json", connection: "close" }).end(JSON.stringify(value)),
      (error: Error) => response.writeHead(400, { "content-type": "text/plain" }).end(error.message),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve(server));
  });
}

export interface CallOptions {
  readonly body?: unknown;
  /** Default five seconds. */
  readonly timeoutMs?: number;
}

/** Calls a supervisor; rejects where none listens, or answers. */
export function callSupervisor<T>(
  path: string,
  method: "GET" | "POST",
  url: string,
  { body, timeoutMs = 5000 }: CallOptions = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const call = nodeHttp.request({ socketPath: path, method, path: url, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      // Of one that is killed in the middle of its answer the rest does not come.
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        if (response.statusCode === 200) resolve(JSON.parse(text) as T);
        else reject(new Error(text));
      });
    });
    call.on("error", reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
