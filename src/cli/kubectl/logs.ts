/** `kubets logs`. */

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import type { corev1 } from "../../api/mod.ts";
import { isNotFound } from "../../api/narrow.ts";
import { parseDurationMs } from "../commands/duration.ts";
import { UsageError } from "../failure.ts";
import { containerOf, podOf, selectPods } from "./pods-of.ts";
import { type ConnectionFlags, type Session, withSession } from "./session.ts";

export interface LogFlags extends ConnectionFlags {
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly container?: string;
  readonly allContainers?: boolean;
  readonly tail?: number;
  readonly since?: string;
  readonly timestamps?: boolean;
  readonly selector?: string;
}

export async function logs(words: readonly string[], flags: LogFlags): Promise<void> {
  await withSession(flags, async (session) => {
    for (const pod of await findPods(session, words, flags))
      for (const container of containersOf(pod, words, flags)) await printLog(session, pod, container, flags);
  });
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

async function printLog(session: Session, pod: corev1.Pod, container: string, flags: LogFlags): Promise<void> {
  const query = {
    container,
    follow: flags.follow ? "true" : undefined,
    previous: flags.previous ? "true" : undefined,
    tailLines: flags.tail === undefined || flags.tail === -1 ? undefined : `${flags.tail}`,
    sinceSeconds: flags.since ? String(Math.ceil(parseDurationMs("--since", flags.since) / 1000)) : undefined,
    timestamps: flags.timestamps ? "true" : undefined,
  };
  const { namespace, name } = pod.metadata;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
  const stream = await session.transport.stream({ method: "GET", path, query, signal: session.signal });
  try {
    await pipeline(Readable.fromWeb(stream as WebStream), process.stdout, { end: false });
  } catch (error) {
    if (!session.signal.aborted) throw error;
  }
}
