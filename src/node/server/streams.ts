/** Exec, attach and port-forward: the upgraded connection is handed on to the runtime's own streaming server, byte for byte. */
import type { IncomingMessage } from "node:http";
import type { UpgradeRequest } from "../../client/mod.ts";
import { findContainer } from "../pod/containers.ts";
import { isRunning, latest } from "../pod/observation.ts";
import type { StreamRequest, StreamTarget } from "../runtime/contract.ts";
import { Refusal } from "./answers.ts";
import type { DirectoryEntry } from "./directory.ts";
import { PatientSocket } from "./patient-socket.ts";

export type StreamKind = "exec" | "attach" | "portForward";

function containerId({ pod, observation }: DirectoryEntry, name: string): string {
  const observed = latest(observation, name);
  if (findContainer(pod, name) === undefined || !isRunning(observed)) {
    throw new Refusal(404, `container not found ("${name}")`);
  }
  return observed.status.id;
}

/** A port as the request's query names it. Throws a `Refusal` where it is none. */
function forwardedPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port > 0 && port <= 65535) return port;
  throw new Refusal(400, `unable to parse "${text}" as a port`);
}

/** The stream that a request asks for. Both the kubelet's names of the flags and the API's are known. */
export function streamRequest(
  kind: StreamKind,
  entry: DirectoryEntry,
  container: string | undefined,
  query: URLSearchParams,
): StreamRequest {
  if (kind === "portForward") {
    const sandbox = entry.observation.sandboxes.find(({ state }) => state === "SANDBOX_READY");
    if (sandbox === undefined) throw new Refusal(404, `pod "${entry.pod.metadata.name}" has no running sandbox`);
    return { kind: "port-forward", sandboxId: sandbox.id, ports: query.getAll("port").map(forwardedPort) };
  }
  const flag = (...names: string[]) => names.some((name) => ["1", "true"].includes(query.get(name) ?? ""));
  const id = containerId(entry, container ?? entry.pod.spec.containers[0]!.name);
  const flags = {
    stdin: flag("input", "stdin"),
    stdout: flag("output", "stdout"),
    stderr: flag("error", "stderr"),
    tty: flag("tty"),
  };
  if (!flags.stdin && !flags.stdout && !flags.stderr) {
    throw new Refusal(400, "you must specify at least 1 of stdin, stdout, stderr");
  }
  if (kind === "attach") return { kind, containerId: id, ...flags };
  return { kind, containerId: id, command: query.getAll("command"), ...flags };
}

/** The request's head as it goes to the runtime: its own path and host, all other headers as they came. */
function requestHead(request: IncomingMessage, url: URL): string {
  const lines = [`${request.method} ${url.pathname}${url.search} HTTP/1.1`, `Host: ${url.host}`];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!;
    if (!["host", "authorization"].includes(name.toLowerCase())) lines.push(`${name}: ${request.rawHeaders[i + 1]}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** How long a client may take to close a connection whose runtime has ended its side. */
const lingerMs = 5000;

/**
 * The runtime closes its side when the command is over, whether or not it has read all that the client sends. What it said last, the exit code
 * above all, must still go out, so the client's side is ended and not cut.
 */
function splice({ request, socket, head }: UpgradeRequest, url: URL): void {
  const upstream = new PatientSocket().connect({ host: url.hostname, port: Number(url.port) });
  const end = () => {
    socket.end();
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
    socket.once("close", () => clearTimeout(timer));
  };
  upstream.setNoDelay(true);
  upstream.once("connect", () => {
    upstream.write(requestHead(request, url));
    upstream.write(head);
    socket.pipe(upstream);
    upstream.pipe(socket);
  });
  for (const side of [socket, upstream]) side.on("error", () => {});
  upstream.once("close", end);
  socket.once("close", () => upstream.destroy());
}

/** Throws a `Refusal` where the runtime has no such stream. */
export function serveStream(target: StreamTarget, upgrade: UpgradeRequest): void {
  if (target.kind === "url") splice(upgrade, new URL(target.url));
  else if (target.kind === "session") target.serve(upgrade);
  else throw new Refusal(501, target.message);
}
