/** `metrics.k8s.io` of a cluster in process, through the aggregation layer, as any client asks for it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import { json } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { isForbidden, isNotFound, resources } from "../../src/api/mod.ts";
import { CertificateAuthority } from "../../src/auth/mod.ts";
import { httpTransport } from "../../src/client/mod.ts";
import { Cluster } from "../../src/cluster/mod.ts";
import { unregister } from "../../src/metrics/mod.ts";
import { eventually } from "../support/eventually.ts";
import { until } from "../support/until.ts";

const root = "/apis/metrics.k8s.io/v1beta1";
const inDefault = { namespace: "default", timeoutMs: 60_000 };
const tableType = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
let cluster: Cluster;

interface Answer {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
  readonly [key: string]: unknown;
}

const ask = (path: string, more: { readonly query?: Record<string, string>; readonly accept?: string } = {}) =>
  cluster.client.transport.request({ method: "GET", path: `${root}/${path}`, ...more }) as Promise<Answer>;

const pod = (name: string, annotations: Record<string, string>) => ({
  metadata: { name, labels: { app: name }, annotations },
  spec: { containers: ["main", "side"].map((container) => ({ name: container, image: "web:1" })) },
});

before(async () => {
  cluster = await Cluster.start({ nodes: 2 });
  const pods = cluster.client.resource(resources.pods);
  const busy = { "kubets.dev/cpu-usage": "250m", "kubets.dev/memory-usage.main": "64Mi" };
  await pods.create(pod("busy", busy), inDefault);
  await pods.create(pod("idle", {}), inDefault);
  await pods.create(
    { ...pod("ended", { "kubets.dev/run-for": "1ms" }), spec: { ...pod("", {}).spec, restartPolicy: "Never" } },
    inDefault,
  );
  for (const name of ["busy", "idle"])
    await until(cluster.client, resources.pods, name, inDefault, ({ status }) => status?.phase === "Running");
  await until(cluster.client, resources.pods, "ended", inDefault, ({ status }) => status?.phase === "Succeeded");
  await until(cluster.client, resources.apiservices, "v1beta1.metrics.k8s.io", { timeoutMs: 60_000 }, ({ status }) =>
    (status?.conditions ?? []).some(({ type, status }) => type === "Available" && status === "True"),
  );
});
after(() => cluster?.stop());

test("a pod's figures are what its annotations say, container by container", async () => {
  const { metadata, timestamp, ...rest } = await ask("namespaces/default/pods/busy");
  assert.match(String(timestamp), /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual((metadata as { labels: object }).labels, { app: "busy" });
  assert.deepEqual(rest, {
    kind: "PodMetrics",
    apiVersion: "metrics.k8s.io/v1beta1",
    window: "15s",
    containers: [
      { name: "main", usage: { cpu: "250m", memory: "64Mi" } },
      { name: "side", usage: { cpu: "250m", memory: "0" } },
    ],
  });
});

test("a node uses what its pods use together", async () => {
  const { items } = (await ask("nodes")) as unknown as { items: { usage: Record<string, string> }[] };
  assert.equal(items.length, 2);
  assert.deepEqual(items.map(({ usage }) => usage["cpu"]).sort(), ["0", "500m"]);
});

test("lists know selectors, and leave out what does not run", async () => {
  const names = async (query: Record<string, string>) =>
    (await ask("namespaces/default/pods", { query })).items.map(({ metadata }) => metadata.name);
  assert.deepEqual(await names({}), ["busy", "idle"]);
  assert.deepEqual(await names({ labelSelector: "app!=idle" }), ["busy"]);
  assert.deepEqual(await names({ fieldSelector: "metadata.name=idle" }), ["idle"]);
});

test("what there are no figures of is not found, in upstream's words", async () => {
  await assert.rejects(ask("namespaces/default/pods/ended"), (error: Error) => {
    assert.equal(error.message, 'podmetrics.metrics.k8s.io "default/ended" not found');
    return isNotFound(error);
  });
  await assert.rejects(ask("nodes/none"), { message: 'nodemetrics.metrics.k8s.io "none" not found' });
});

test("tables have a column for everything that is used, a pod's being that of its containers", async () => {
  const table = (await ask("namespaces/default/pods/busy", { accept: tableType })) as unknown as {
    columnDefinitions: { name: string }[];
    rows: { cells: unknown[] }[];
  };
  assert.deepEqual(
    table.columnDefinitions.map(({ name }) => name),
    ["Name", "cpu", "memory", "Window"],
  );
  assert.deepEqual(table.rows[0]?.cells, ["busy", "500m", "64Mi", "15s"]);
});

test("who may view a namespace may see what its pods use, and nothing of nodes", async () => {
  const { client, server } = cluster;
  await eventually(async () => {
    const { rules } = await client.resource(resources.clusterroles).get("view");
    assert.ok(rules?.some(({ apiGroups }) => apiGroups?.includes("metrics.k8s.io")));
  });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" };
  const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];
  await client.resource(resources.rolebindings).create({ metadata: { name: "view" }, roleRef, subjects }, inDefault);
  const { status } = (await client
    .resource(resources.serviceaccounts)
    .createSubresource("default", "token", { spec: {} }, inDefault)) as { status: { token: string } };
  const viewer = httpTransport({ server, insecure: true, token: status.token });
  try {
    await eventually(async () => {
      const path = `${root}/namespaces/default/pods/busy`;
      assert.equal(((await viewer.request({ method: "GET", path })) as { kind: string }).kind, "PodMetrics");
    });
    await assert.rejects(viewer.request({ method: "GET", path: `${root}/nodes` }), isForbidden);
  } finally {
    await viewer.close();
  }
});

test("what cannot be done with figures is refused", async () => {
  const { transport } = cluster.client;
  await assert.rejects(transport.request({ method: "POST", path: `${root}/nodes`, body: {} }), { code: 405 });
  await assert.rejects(ask("things"), { code: 404 });
});

test("the server that answers believes nobody who only says who it is", async () => {
  const { spec } = await cluster.client.resource(resources.apiservices).get("v1beta1.metrics.k8s.io");
  const url = `https://127.0.0.1:${spec.service?.port}${root}/nodes`;
  const headers = { "x-remote-user": "admin", "x-remote-group": "system:masters" };
  const forger = CertificateAuthority.create("front-proxy-ca");
  const { certificate: cert, key } = forger.issue({ commonName: "front-proxy-client", usage: "client" });
  for (const shown of [{}, { headers }, { headers, cert, key }, { headers: { authorization: "Bearer nobody" } }]) {
    const request = https.get(url, { rejectUnauthorized: false, agent: false, ...shown });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.equal(response.statusCode, 401);
    assert.equal(((await json(response)) as { message: string }).message, "Unauthorized");
  }
});

test("discovery and OpenAPI know the group", async () => {
  await eventually(async () => {
    const path = "/openapi/v3";
    const { paths } = (await cluster.client.transport.request({ method: "GET", path })) as { paths: object };
    assert.ok("apis/metrics.k8s.io/v1beta1" in paths);
  });
  const list = (await cluster.client.transport.request({ method: "GET", path: root })) as {
    resources: { name: string; verbs: string[] }[];
  };
  assert.deepEqual(
    list.resources.map(({ name, verbs }) => [name, verbs]),
    [
      ["nodes", ["get", "list"]],
      ["pods", ["get", "list"]],
    ],
  );
});

test("where somebody's own APIService leads elsewhere, ours stays away, and comes back when it is gone", async () => {
  const apiServices = cluster.client.resource(resources.apiservices);
  const name = "v1beta1.metrics.k8s.io";
  const ownPort = (await apiServices.get(name)).spec.service?.port;
  const elsewhere = { spec: { service: { name: "mine", namespace: "default", port: 443 } } };
  await apiServices.patch(name, elsewhere, { type: "merge" });
  const gone = await until(cluster.client, resources.apiservices, name, { timeoutMs: 60_000 }, ({ status }) =>
    (status?.conditions ?? []).some(({ reason }) => reason === "ServiceNotFound"),
  );
  assert.equal(gone.spec.service?.name, "mine");
  await apiServices.delete(name);
  await eventually(async () => {
    const { spec } = await apiServices.get(name);
    assert.deepEqual([spec.service?.name, spec.service?.port], ["metrics-server", ownPort]);
    assert.equal((await ask("nodes")).items.length, 2);
  });
});

test("a cluster without a metrics server has none, and what an earlier start has left is taken away, but nobody else's", async () => {
  const bare = await Cluster.start({ nodes: 0, withoutMetricsServer: true });
  try {
    const { client } = bare;
    const [apiServices, services] = [client.resource(resources.apiservices), client.resource(resources.services)];
    const name = "v1beta1.metrics.k8s.io";
    await assert.rejects(apiServices.get(name), isNotFound);
    const { metadata, spec } = await cluster.client.resource(resources.apiservices).get(name);
    const left = { metadata: { name, labels: metadata.labels ?? {} }, spec };
    const own = { namespace: "kube-system" };
    await apiServices.create(left);
    const external = { type: "ExternalName" as const, externalName: "localhost" };
    await services.create({ metadata: { name: "metrics-server", ...own }, spec: external });
    await unregister(client);
    await assert.rejects(apiServices.get(name), isNotFound);
    await assert.rejects(services.get("metrics-server", own), isNotFound);
    const elsewhere = { ...spec, service: { name: "mine", namespace: "default", port: 443 } };
    await apiServices.create({ ...left, spec: elsewhere });
    await unregister(client);
    assert.equal((await apiServices.get(name)).spec.service?.name, "mine");
  } finally {
    await bare.stop();
  }
});
