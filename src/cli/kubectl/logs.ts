/** `kubets logs`. */

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import type { corev1 } from "../../api/mod.ts";
import { parseDurationMs } from "../commands/duration.ts";
import { UsageError } from "../failure.ts";
import { pathOf } from "./paths.ts";
import { discover, findTypes, parseTargets } from "./resource-types.ts";
import { type ConnectionFlags, type Session, withSession } from "./session.ts";

export interface LogFlags extends ConnectionFlags {
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly container?: string;
  readonly allContainers?: boolean;
  readonly tail?: string;
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

/** The pod of that name, or the pods that a workload or a selector selects. */
async function findPods(session: Session, words: readonly string[], flags: LogFlags): Promise<readonly corev1.Pod[]> {
  const types = await discover(session);
  const pods = findTypes(types, "pods")[0]!;
  const get = <T>(path: string, query = {}) =>
    session.transport.request({ method: "GET", path, query, signal: session.signal }) as Promise<T>;
  const list = async (labelSelector: string) =>
    (await get<{ items: corev1.Pod[] }>(pathOf(pods, { namespace: session.namespace }), { labelSelector })).items;
  if (flags.selector) return list(flags.selector);
  const [first] = words;
  if (!first) throw new UsageError("expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'");
  const { type, name } = first.includes("/") ? parseTargets(types, [first])[0]! : { type: pods, name: first };
  const found = await get<corev1.Pod & { spec: { selector?: { matchLabels?: Record<string, string> } } }>(
    pathOf(type, { namespace: session.namespace, name: name! }),
  );
  if (type === pods) return [found];
  const labels = Object.entries(found.spec.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const selected = labels.length === 0 ? [] : await list(labels.join(","));
  if (selected.length === 0) throw new UsageError(`no pods found for ${first}`);
  return selected.slice(0, 1);
}

function containersOf(pod: corev1.Pod, words: readonly string[], flags: LogFlags): readonly (string | undefined)[] {
  if (flags.allContainers) return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(({ name }) => name);
  const named = flags.container ?? words[1] ?? pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  if (!named && pod.spec.containers.length > 1) {
    const names = pod.spec.containers.map(({ name }) => name);
    process.stderr.write(`Defaulted container "${names[0]}" out of: ${names.join(", ")}\n`);
    return [names[0]];
  }
  return [named];
}

async function printLog(
  session: Session,
  pod: corev1.Pod,
  container: string | undefined,
  flags: LogFlags,
): Promise<void> {
  const query = {
    container,
    follow: flags.follow ? "true" : undefined,
    previous: flags.previous ? "true" : undefined,
    tailLines: flags.tail === undefined || flags.tail === "-1" ? undefined : flags.tail,
    sinceSeconds: flags.since ? String(Math.ceil(parseDurationMs(flags.since) / 1000)) : undefined,
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
