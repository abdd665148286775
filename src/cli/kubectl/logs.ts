/** `kubets logs`. */

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import type { corev1 } from "../../api/mod.ts";
import { formatTime, isNotFound, parseTime, type TimeError } from "../../api/narrow.ts";
import { parseDurationFlag } from "../commands/duration.ts";
import { UsageError } from "../failure.ts";
import { prefixed } from "./line-prefix.ts";
import { containerOf, podOf, selectPods } from "./pods-of.ts";
import { type ConnectionFlags, type Session, withSession } from "./session.ts";

export interface LogFlags extends ConnectionFlags {
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly container?: string;
  readonly allContainers?: boolean;
  readonly tail?: number;
  readonly since?: string;
  readonly sinceTime?: string;
  readonly limitBytes?: number;
  /** Each line begins with its pod and container. */
  readonly prefix?: boolean;
  readonly timestamps?: boolean;
  readonly selector?: string;
}

export async function logs(words: readonly string[], flags: LogFlags): Promise<void> {
  if (flags.selector && words.length > 0) throw new UsageError("only a selector (-l) or a POD name is allowed");
  const asked = logQuery(flags);
  await withSession(flags, async (session) => {
    const pods = await findPods(session, words, flags);
    if (pods.length === 0) process.stderr.write(`No resources found in ${session.namespace} namespace.\n`);
    for (const pod of pods)
      for (const container of containersOf(pod, words, flags)) {
        const prefix = flags.prefix ? `[pod/${pod.metadata.name}/${container}] ` : "";
        await printLog(session, pod, { ...asked, container }, prefix);
      }
  });
}

/** What of a log is asked for. Throws `UsageError` for what kubectl would not ask a server. */
function logQuery(flags: LogFlags) {
  const sinceTime = flags.sinceTime ? formatTime(timeOf(flags.sinceTime)) : undefined;
  const sinceMs = parseDurationFlag("--since", flags.since);
  if (sinceTime !== undefined && sinceMs !== undefined)
    throw new UsageError("at most one of `sinceTime` or `sinceSeconds` may be specified");
  // Of many pods only the end is shown, unless more is asked for.
  const { tail = flags.selector ? 10 : -1, limitBytes = 0 } = flags;
  if (tail < -1) throw new UsageError("--tail must be greater than or equal to -1");
  if (limitBytes < 0) throw new UsageError("--limit-bytes must be greater than 0");
  return {
    follow: flags.follow ? "true" : undefined,
    previous: flags.previous ? "true" : undefined,
    tailLines: tail === -1 ? undefined : `${tail}`,
    limitBytes: limitBytes === 0 ? undefined : `${limitBytes}`,
    sinceSeconds: sinceMs === undefined ? undefined : `${Math.round(sinceMs / 1000)}`,
    sinceTime,
    timestamps: flags.timestamps ? "true" : undefined,
  };
}

function timeOf(text: string): number {
  try {
    return parseTime(text);
  } catch (error) {
    throw new UsageError((error as TimeError).message);
  }
}

/** The pod of that name, or what a workload or a selector selects. */
async function findPods(session: Session, [first]: readonly string[], flags: LogFlags): Promise<readonly corev1.Pod[]> {
  if (flags.selector) return selectPods(session, flags.selector);
  if (first) return [await loggingPod(session, first)];
  throw new UsageError(
    "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
  );
}

async function loggingPod(session: Session, word: string): Promise<corev1.Pod> {
  try {
    const { pod, others } = await podOf(session, word);
    if (others > 0) process.stderr.write(`Found ${others + 1} pods, using pod/${pod.metadata.name}\n`);
    return pod;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new UsageError(
      `error from server (NotFound): ${(error as Error).message} in namespace "${session.namespace}"`,
    );
  }
}

function containersOf(pod: corev1.Pod, words: readonly string[], flags: LogFlags): readonly string[] {
  if (flags.allContainers) return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(({ name }) => name);
  return [containerOf(pod, flags.container ?? words[1])];
}

type LogQuery = ReturnType<typeof logQuery> & { readonly container: string };

async function printLog(session: Session, pod: corev1.Pod, query: LogQuery, prefix: string): Promise<void> {
  const { namespace, name } = pod.metadata;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
  const stream = await session.transport.stream({ method: "GET", path, query });
  const log = Readable.fromWeb(stream as WebStream);
  await pipeline(prefix === "" ? log : prefixed(log, prefix), process.stdout, { end: false });
}
