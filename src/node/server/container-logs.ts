/** `GET /containerLogs/{namespace}/{pod}/{container}`. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { corev1 } from "../../api/mod.ts";
import { findContainer } from "../pod/containers.ts";
import type { ObservedContainer } from "../pod/observation.ts";
import type { LogOptions } from "../runtime/contract.ts";
import { messageOf } from "../runtime/errors.ts";
import { Refusal } from "./answers.ts";
import type { DirectoryEntry } from "./directory.ts";

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Refusal(400, `invalid value for ${name}: ${text}`);
  return value;
}

/** `now`: milliseconds since the epoch. */
export function parseLogOptions(query: URLSearchParams, now: number): LogOptions {
  const flag = (name: string) => ["true", "1"].includes(query.get(name) ?? "");
  const sinceSeconds = wholeNumber(query, "sinceSeconds");
  const sinceTime = query.get("sinceTime");
  const sinceMs = sinceTime
    ? Date.parse(sinceTime)
    : sinceSeconds === undefined
      ? undefined
      : now - sinceSeconds * 1000;
  const tailLines = wholeNumber(query, "tailLines") ?? wholeNumber(query, "tail");
  const limitBytes = wholeNumber(query, "limitBytes");
  const stream = query.get("stream")?.toLowerCase();
  return {
    follow: flag("follow"),
    timestamps: flag("timestamps"),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...((stream === "stdout" || stream === "stderr") && { stream }),
  };
}

/** Why a container that was never started has no log. */
function notStarted(pod: corev1.Pod, name: string): string {
  const all = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const reason = all.find((status) => status.name === name)?.state?.waiting?.reason ?? "ContainerCreating";
  const pulling = reason === "ErrImagePull" || reason === "ImagePullBackOff";
  const why = pulling ? "trying and failing to pull image" : reason;
  return `container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${why}`;
}

/** The instance whose log is asked for: the newest, or the one that ended before it. */
function choose({ pod, observation }: DirectoryEntry, name: string, previous: boolean): ObservedContainer {
  if (findContainer(pod, name) === undefined) {
    throw new Refusal(400, `container ${name} is not valid for pod ${pod.metadata.name}`);
  }
  const started = (observation.containers.get(name) ?? []).filter(({ status }) => status.state !== "CONTAINER_CREATED");
  if (!previous) {
    if (started[0] === undefined) throw new Refusal(400, notStarted(pod, name));
    return started[0];
  }
  const running = started[0]?.status.state === "CONTAINER_RUNNING";
  const earlier = running || waitsForRestart(pod, name) ? started[running ? 1 : 0] : started[1];
  if (earlier !== undefined) return earlier;
  throw new Refusal(400, `previous terminated container "${name}" in pod "${pod.metadata.name}" not found`);
}

/** Between two runs the ended one counts as the previous one. */
function waitsForRestart({ status }: corev1.Pod, name: string): boolean {
  return status?.containerStatuses?.find((one) => one.name === name)?.state?.waiting !== undefined;
}

export async function sendContainerLog(
  entry: DirectoryEntry,
  container: string,
  query: URLSearchParams,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const options = parseLogOptions(query, Date.now());
  const previous = ["true", "1"].includes(query.get("previous") ?? "");
  const { status } = choose(entry, container, previous);
  const gone = new AbortController();
  request.once("close", () => gone.abort());
  response.once("close", () => gone.abort());
  const log = entry.runtime.logs(status.id, options, gone.signal)[Symbol.asyncIterator]();
  // The first piece tells whether there is a log at all, while a refusal can still be answered.
  const first = await log.next().catch((error: unknown) => {
    throw new Refusal(500, `failed to read the log of container "${container}": ${messageOf(error)}`);
  });
  response.writeHead(200, { "content-type": "text/plain" });
  response.flushHeaders();
  for (let part = first; !part.done && !gone.signal.aborted; part = await log.next()) {
    if (!response.write(part.value)) await Promise.race([once(response, "drain"), once(response, "close")]);
  }
  response.end();
}
