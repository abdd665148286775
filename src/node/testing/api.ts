/** An API server in this process, where everybody may do everything but nodes, for tests of what works against it. */
import pino from "pino";
import { type corev1, type Draft, resources } from "../../api/mod.ts";
import { ApiServer } from "../../apiserver/mod.ts";
import {
  type Client,
  type ComponentContext,
  createClient,
  SharedInformerFactory,
  systemClock,
} from "../../client/mod.ts";
import { Registry } from "../../client/prometheus.ts";
import { openMemoryStore } from "../../store/mod.ts";

export interface TestApi {
  readonly client: Client;
  readonly log: pino.Logger;
  /** Contexts of components, each with informers of its own. */
  context(): { readonly context: ComponentContext; readonly informers: SharedInformerFactory; stop(): Promise<void> };
  stop(): Promise<void>;
}

export async function startTestApi(): Promise<TestApi> {
  const log = pino({ level: process.env["KUBETS_LOG"] ?? "silent" });
  const ending = new AbortController();
  const server = new ApiServer(
    {
      tls: { certificate: "", key: "", clientAuthorities: [] },
      addresses: [],
      advertise: { host: "127.0.0.1", port: 6443 },
      serviceCidrs: ["10.96.0.0/16"],
    },
    {
      store: openMemoryStore(),
      authenticators: [],
      authorizer: {
        authorize: ({ user }) => ({ decision: user.name.startsWith("system:node:") ? "no-opinion" : "allow" }),
      },
      admission: [],
      log,
      metrics: new Registry(),
      clock: systemClock,
      signal: ending.signal,
    },
  );
  await server.start();
  const transport = server.transport({ name: "admin", groups: ["system:masters"] }, "test");
  const client = createClient(transport);
  return {
    client,
    log,
    context() {
      const stopped = new AbortController();
      const informers = new SharedInformerFactory(client, { clock: systemClock, log });
      const context = { client, informers, log, metrics: new Registry(), clock: systemClock, signal: stopped.signal };
      const stop = async () => {
        stopped.abort();
        await informers.stop();
      };
      return { context, informers, stop };
    },
    async stop() {
      ending.abort();
      await server.stop();
    },
  };
}

export interface PodHandle {
  readonly name: string;
  get(): Promise<corev1.Pod>;
  /** Resolves with the first state for which `holds`; rejects with the last one after `withinMs`. */
  until(what: string, holds: (pod: corev1.Pod) => boolean, withinMs?: number): Promise<corev1.Pod>;
  delete(gracePeriodSeconds?: number): Promise<void>;
  /** Resolves when the API has forgotten it. */
  gone(): Promise<void>;
}

const namespace = "default";

async function poll<T>(
  what: string,
  withinMs: number,
  look: () => Promise<T | undefined>,
  last: () => unknown,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`it did not come that ${what}: ${JSON.stringify(last())}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function createPod(
  client: Client,
  nodeName: string,
  name: string,
  spec: Partial<corev1.PodSpec>,
  metadata: object = {},
): Promise<PodHandle> {
  const pods = client.resource(resources.pods);
  const draft = {
    metadata: { name, namespace, ...metadata },
    spec: { nodeName, terminationGracePeriodSeconds: 1, containers: [], ...spec },
  };
  const made = await pods.create(draft as unknown as Draft<corev1.Pod>, { namespace });
  let last: corev1.Pod = made;
  const find = () => pods.get(name, { namespace }).catch(() => undefined);
  return {
    name,
    get: () => pods.get(name, { namespace }),
    until: (what, holds, withinMs = 120_000) =>
      poll(
        what,
        withinMs,
        async () => {
          last = (await find()) ?? last;
          return holds(last) ? last : undefined;
        },
        () => last.status,
      ),
    delete: (gracePeriodSeconds) =>
      pods.delete(name, { namespace, ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }) }),
    gone: () =>
      poll(
        `pod ${name} is gone`,
        120_000,
        async () => ((await find()) ? undefined : true),
        () => last.status,
      ).then(() => {}),
  };
}

export const isReady = (pod: corev1.Pod): boolean =>
  (pod.status?.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");

export function statusOf(pod: corev1.Pod, name: string): corev1.ContainerStatus {
  const all = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.ephemeralContainerStatuses ?? []),
  ];
  return all.find((status) => status.name === name)!;
}
