/** An API server over the memory store with every controller, and a stand-in for nodes that runs pods as they are told to. In process. */
import { pino } from "pino";
import { admissionPlugins, policyTypeWarnings, quotaRules } from "../../src/admission/mod.ts";
import {
  builtInResources,
  type corev1,
  isConflict,
  isNotFound,
  type KubernetesObject,
  type ResourceInfo,
  resources,
} from "../../src/api/mod.ts";
import { ApiServer } from "../../src/apiserver/mod.ts";
import { type Authorizer, CertificateAuthority, type RuleResolver } from "../../src/auth/mod.ts";
import { type Client, createClient, SharedInformerFactory, systemClock, type Transport } from "../../src/client/mod.ts";
import { Registry } from "../../src/client/prometheus.ts";
import { deferredTransport } from "../../src/cluster/deferred-transport.ts";
import { type ControllersOptions, controllers } from "../../src/controllers/mod.ts";
import type { KindModule } from "../../src/kinds/mod.ts";
import { openMemoryStore } from "../../src/store/mod.ts";

export interface Harness {
  readonly client: Client;
  readonly informers: SharedInformerFactory;
  readonly pods: PodRunner;
  /** Resolves with the object when `condition` holds of it; rejects after ten seconds with what it was last. */
  until<T extends KubernetesObject>(
    resource: ResourceInfo<T>,
    at: { readonly name: string; readonly namespace?: string },
    condition: (object: T) => boolean,
  ): Promise<T>;
  /** The same for all objects of a namespace. */
  untilAll<T extends KubernetesObject>(
    resource: ResourceInfo<T>,
    namespace: string | undefined,
    condition: (objects: readonly T[]) => boolean,
  ): Promise<readonly T[]>;
  addNamespace(name: string): Promise<void>;
  stop(): Promise<void>;
}

const administrator = { name: "admin", groups: ["system:masters", "system:authenticated"] };
const patienceMs = 60_000;

export interface HarnessOptions {
  readonly nodes?: readonly string[];
  /** Pods stay as they were made. */
  readonly withoutPodRunner?: boolean;
  readonly controllers?: Partial<ControllersOptions>;
  /** Beside the built-in ones. */
  readonly kinds?: readonly KindModule[];
  /** Goes between everybody and the API server: to delay, say. */
  readonly via?: (transport: Transport) => Transport;
}

export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const log = pino({ level: process.env["KUBETS_TEST_LOG"] ?? "silent" });
  const metrics = new Registry();
  const stopping = new AbortController();
  const { signal } = stopping;
  const store = openMemoryStore();
  const authorizer: Authorizer & RuleResolver = {
    authorize: () => ({ decision: "allow" }),
    rulesFor: () => ({ rules: [], incomplete: false }),
  };
  const { kinds = [], via = (transport) => transport } = options;
  const client = createClient(via(deferredTransport(() => server.transport(administrator, "controllers-test"))));
  const informers = new SharedInformerFactory(client, { clock: systemClock, log });
  const known = builtInResources.with(kinds.map(({ strategy }) => strategy.resource));
  const server: ApiServer = new ApiServer(
    {
      tls: { certificate: "", key: "", clientAuthorities: [] },
      addresses: [],
      advertise: { host: "127.0.0.1", port: 6443 },
      serviceCidrs: ["10.96.0.0/16"],
      kinds,
    },
    {
      store,
      authenticators: [],
      authorizer,
      admission: admissionPlugins({ client, informers, clock: systemClock, authorizer, resources: known }),
      log,
      metrics,
      clock: systemClock,
      signal,
    },
  );
  await server.start();
  const context = { client, informers, log, metrics, clock: systemClock, signal };
  const entries = [...controllers, ...kinds.flatMap((kind) => kind.controllers ?? [])];
  const components = entries.map((entry) =>
    entry.create(context, {
      rootCertificate: "root certificate",
      requestSigner: CertificateAuthority.create("kubernetes"),
      issueSecretToken: async ({ secretName }) => `token of ${secretName}`,
      quotaRules,
      policyTypeWarnings: (policy, definitions) => policyTypeWarnings(policy, definitions, known),
      resources: known,
      ...options.controllers,
    }),
  );
  const pods = new PodRunner(client, informers, options);
  informers.start();
  for (const component of components) await component.start();
  for (const name of options.nodes ?? ["node-0"]) await client.resource(resources.nodes).create(nodeOf(name));
  return {
    client,
    informers,
    pods,
    until: (resource, at, condition) => until(client, resource, at, condition),
    untilAll: (resource, namespace, condition) => untilAll(client, resource, namespace, condition),
    async addNamespace(name) {
      await client.resource(resources.namespaces).create({ metadata: { name }, spec: {} });
    },
    async stop() {
      stopping.abort();
      for (const component of components.toReversed()) await component.stop();
      await pods.stop();
      await informers.stop();
      await server.stop();
      await store.close();
    },
  };
}

function nodeOf(name: string) {
  return {
    metadata: { name, labels: { "kubernetes.io/hostname": name } },
    spec: {},
    status: { conditions: [{ type: "Ready", status: "True", lastHeartbeatTime: new Date().toISOString() }] },
  } as never;
}

async function until<T extends KubernetesObject>(
  client: Client,
  resource: ResourceInfo<T>,
  at: { readonly name: string; readonly namespace?: string },
  condition: (object: T) => boolean,
): Promise<T> {
  const isIt = (objects: readonly T[]) => objects.some((one) => one.metadata.name === at.name && condition(one));
  const objects = await untilAll(client, resource, at.namespace, isIt);
  return objects.find((one) => one.metadata.name === at.name)!;
}

/** Lists, then follows the watch: no pause is guessed. */
async function untilAll<T extends KubernetesObject>(
  client: Client,
  resource: ResourceInfo<T>,
  namespace: string | undefined,
  condition: (objects: readonly T[]) => boolean,
): Promise<readonly T[]> {
  const signal = AbortSignal.timeout(patienceMs);
  const list = await client.resource(resource).list({ namespace });
  const objects = new Map(list.items.map((object) => [object.metadata.uid, object]));
  if (condition([...objects.values()])) return [...objects.values()];
  const { resourceVersion } = list.metadata;
  for await (const event of client.resource(resource).watch({ namespace, resourceVersion, signal })) {
    if (event.type === "BOOKMARK") continue;
    if (event.type === "DELETED") objects.delete(event.object.metadata.uid);
    else objects.set(event.object.metadata.uid, event.object);
    if (condition([...objects.values()])) return [...objects.values()];
  }
  const last = JSON.stringify([...objects.values()].map(withoutManagedFields), undefined, 1);
  throw new Error(`${resource.resource} did not come to what was waited for; they are ${last}`);
}

function withoutManagedFields(object: KubernetesObject): unknown {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Binds pods, makes them ready, lets them end, and removes them when they are deleted. */
export class PodRunner {
  readonly #client: Client;
  readonly #informers: SharedInformerFactory;
  readonly #options: HarnessOptions;
  readonly #removal: () => void;
  readonly #busy = new Set<Promise<void>>();
  /** What becomes of a pod once it is bound. Default: it runs and is ready. */
  outcome: (pod: corev1.Pod) => Partial<corev1.PodStatus> | undefined = () => running;
  /** Whether a deleted pod goes away now. */
  mayGo: (pod: corev1.Pod) => boolean = () => true;
  #address = 0;

  constructor(client: Client, informers: SharedInformerFactory, options: HarnessOptions) {
    this.#client = client;
    this.#informers = informers;
    this.#options = options;
    const run = (pod: corev1.Pod) => {
      const work = this.#run(pod).finally(() => this.#busy.delete(work));
      this.#busy.add(work);
    };
    const informer = this.#informers.informer(resources.pods);
    this.#removal = options.withoutPodRunner ? () => {} : informer.addHandler({ add: run, update: run });
  }

  async stop(): Promise<void> {
    this.#removal();
    await Promise.all(this.#busy);
  }

  /** Looks at every pod again, after `outcome` or `mayGo` changed. */
  async again(): Promise<void> {
    const { items } = await this.#client.resource(resources.pods).list();
    await Promise.all(items.map((pod) => this.#run(pod)));
  }

  async #run(pod: corev1.Pod): Promise<void> {
    try {
      await this.#step(pod);
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  async #step(pod: corev1.Pod): Promise<void> {
    const pods = this.#client.resource(resources.pods);
    const { name, namespace, uid } = pod.metadata;
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (this.mayGo(pod)) await pods.delete(name, { namespace, gracePeriodSeconds: 0, preconditions: { uid } });
      return;
    }
    if (!pod.spec.nodeName) {
      const target = { apiVersion: "v1", kind: "Node", name: this.#nodeFor(pod) };
      const binding = { apiVersion: "v1", kind: "Binding", metadata: { name, namespace }, target };
      await pods.createSubresource(name, "binding", binding, { namespace });
      return;
    }
    const outcome = this.outcome(pod);
    if (outcome === undefined || pod.status?.phase === outcome.phase) return;
    await pods.updateStatus({ ...pod, status: { ...pod.status, ...this.#statusOf(outcome) } as corev1.PodStatus });
  }

  #nodeFor(pod: corev1.Pod): string {
    const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    const named = required?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0];
    return named ?? this.#options.nodes?.[0] ?? "node-0";
  }

  #statusOf(outcome: Partial<corev1.PodStatus>): Partial<corev1.PodStatus> {
    this.#address += 1;
    const podIP = `10.244.${this.#address >> 8}.${this.#address & 255}`;
    const ready = outcome.phase === "Running" ? "True" : "False";
    const lastTransitionTime = new Date().toISOString();
    return {
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: [{ type: "Ready", status: ready, lastTransitionTime }],
      ...outcome,
    };
  }
}

export const running = { phase: "Running" } as const;
export const succeeded = { phase: "Succeeded" } as const;
export const failed = { phase: "Failed" } as const;
