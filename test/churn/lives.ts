/** Short lives of objects of many kinds, each from its making to its end, as tests and operators of a busy cluster lead them. */
import {
  type appsv1,
  type batchv1,
  type coordinationv1,
  type corev1,
  type Draft,
  isStatusError,
  type KubernetesObject,
  type ResourceInfo,
  resources,
} from "../../src/api/mod.ts";
import { createClient, httpTransport, loadKubeconfig } from "../../src/client/mod.ts";
import type { TestCluster } from "../support/cluster.ts";

export interface Where {
  readonly cluster: TestCluster;
  readonly namespace: string;
  /** Of everything that this life makes. */
  readonly name: string;
  /** A kind that exists for this round only. */
  readonly things: ResourceInfo<KubernetesObject>;
}

type Life = (where: Where) => Promise<void>;

const containers = [{ name: "main", image: "example.com/main:1" }];
/** The machine may have much else to do for minutes. */
const timeoutMs = 300_000;
/** Simulated pods that end by themselves. */
const brief = { annotations: { "kubets.dev/run-for": "100ms" } };

async function configMap({ cluster, namespace, name }: Where): Promise<void> {
  const maps = cluster.client.resource<corev1.ConfigMap>(resources.configmaps);
  const made = await maps.create({ metadata: { name }, data: { value: "x".repeat(1000) } }, { namespace });
  await maps.update({ ...made, data: { value: "changed" } });
  await refused(409, () => maps.update({ ...made, data: { value: "late" } }));
  const applied = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { applied: "yes" } };
  await maps.patch(name, applied, { namespace, type: "apply", fieldManager: "churn" });
  await maps.delete(name, { namespace });
  await refused(404, () => maps.get(name, { namespace }));
}

async function secretAndAccount({ cluster, namespace, name }: Where): Promise<void> {
  const secrets = cluster.client.resource<corev1.Secret>(resources.secrets);
  await secrets.create({ metadata: { name }, data: { key: "dmFsdWU=" } }, { namespace });
  const accounts = cluster.client.resource<corev1.ServiceAccount>(resources.serviceaccounts);
  await accounts.create({ metadata: { name } }, { namespace });
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {}, spec: {} };
  const { status } = await accounts.createSubresource<{ status: { token: string } }>(name, "token", request, {
    namespace,
  });
  await askAs(cluster, status.token, namespace);
  await askAs(cluster, `no-token-${name}`, namespace);
  await accounts.delete(name, { namespace });
  await secrets.delete(name, { namespace });
}

/** Over a connection of its own; it may nothing. */
async function askAs(cluster: TestCluster, token: string, namespace: string): Promise<void> {
  const { server, certificateAuthority } = loadKubeconfig(cluster.kubeconfig);
  const client = createClient(httpTransport({ server, token, ...(certificateAuthority && { certificateAuthority }) }));
  try {
    await client.resource(resources.secrets).list({ namespace });
  } catch (error) {
    if (!isStatusError(error) || (error.code !== 403 && error.code !== 401)) throw error;
  } finally {
    await client.transport.close();
  }
}

async function service({ cluster, namespace, name }: Where): Promise<void> {
  const services = cluster.client.resource<corev1.Service>(resources.services);
  const spec = { selector: { app: name }, ports: [{ port: 80 }] };
  await services.create({ metadata: { name }, spec } as unknown as Draft<corev1.Service>, { namespace });
  const slices = { namespace, timeoutMs, labelSelector: `kubernetes.io/service-name=${name}` };
  await cluster.untilAll(resources.endpointslices, slices, (all) => all.length > 0);
  await services.delete(name, { namespace });
}

async function lease({ cluster, namespace, name }: Where): Promise<void> {
  const leases = cluster.client.resource<coordinationv1.Lease>(resources.leases);
  let held = await leases.create({ metadata: { name }, spec: { leaseTransitions: 0 } }, { namespace });
  for (let turn = 1; turn <= 3; turn++)
    held = await leases.update({ ...held, spec: { ...held.spec, leaseTransitions: turn } });
  await leases.delete(name, { namespace });
}

async function pod({ cluster, namespace, name }: Where): Promise<void> {
  const pods = cluster.client.resource<corev1.Pod>(resources.pods);
  const spec = { containers, restartPolicy: "Never", terminationGracePeriodSeconds: 0 };
  await pods.create({ metadata: { name, ...brief }, spec } as unknown as Draft<corev1.Pod>, { namespace });
  await cluster.until(resources.pods, name, { namespace, timeoutMs }, ({ status }) => status?.phase === "Succeeded");
  await pods.delete(name, { namespace });
}

async function job({ cluster, namespace, name }: Where): Promise<void> {
  const jobs = cluster.client.resource<batchv1.Job>(resources.jobs);
  const template = { metadata: brief, spec: { containers, restartPolicy: "Never" } };
  await jobs.create({ metadata: { name }, spec: { completions: 2, template } } as unknown as Draft<batchv1.Job>, {
    namespace,
  });
  await cluster.until(
    resources.jobs,
    name,
    { namespace, timeoutMs },
    ({ status }) => status?.completionTime !== undefined,
  );
  await jobs.delete(name, { namespace, propagationPolicy: "Background" });
}

/** Two replicas that are replaced once. */
async function deployment({ cluster, namespace, name }: Where): Promise<void> {
  const deployments = cluster.client.resource<appsv1.Deployment>(resources.deployments);
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers, terminationGracePeriodSeconds: 0 } };
  const spec = { replicas: 2, selector: { matchLabels: labels }, template };
  const ready = ({ metadata, status }: appsv1.Deployment) =>
    status?.observedGeneration === metadata.generation &&
    status?.updatedReplicas === 2 &&
    status.readyReplicas === 2 &&
    status.replicas === 2;
  await deployments.create({ metadata: { name }, spec } as unknown as Draft<appsv1.Deployment>, { namespace });
  await cluster.until(resources.deployments, name, { namespace, timeoutMs }, ready);
  const image = { spec: { template: { spec: { containers: [{ name: "main", image: "example.com/main:2" }] } } } };
  await deployments.patch(name, image, { namespace, type: "strategic" });
  await cluster.until(resources.deployments, name, { namespace, timeoutMs }, ready);
  await deployments.delete(name, { namespace, propagationPolicy: "Background" });
}

async function thing({ cluster, namespace, name, things }: Where): Promise<void> {
  const { apiVersion, kind } = things;
  const client = cluster.client.resource(things);
  await client.create({ apiVersion, kind, metadata: { name }, spec: { size: 1 } } as never, { namespace });
  await client.patch(name, { spec: { size: 2 } }, { namespace, type: "merge" });
  await client.delete(name, { namespace });
}

/** One that is cut off by its client, one that the server ends. */
async function watches({ cluster, namespace }: Where): Promise<void> {
  for (const options of [{ sendInitialEvents: false }, { timeoutSeconds: 1 }]) {
    const abort = new AbortController();
    const pods = cluster.client.resource(resources.pods).watch({ ...options, namespace, signal: abort.signal });
    setTimeout(() => abort.abort(), 2_000).unref();
    try {
      for await (const { type } of pods) if (type === "DELETED") break;
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    }
    abort.abort();
  }
}

async function refused(code: number, ask: () => Promise<unknown>): Promise<void> {
  const answer = await ask().catch((error: unknown) => error);
  if (!isStatusError(answer) || answer.code !== code) throw new Error(`expected ${code}`, { cause: answer });
}

/** In turn; some come more often than others. */
export const lives: readonly Life[] = [
  ...[configMap, pod, lease, service, thing, job],
  ...[configMap, secretAndAccount, pod, watches, thing, deployment],
];
