/** Processes of a real cluster are killed, one kind after the other and all at once: nothing acknowledged is lost, and pods run on. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type corev1, resources } from "../../src/api/mod.ts";
import { createClient, httpTransport, loadKubeconfig } from "../../src/client/mod.ts";
import { TestCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { loadImages } from "../support/images.ts";
import { kill, processesOf } from "../support/kill.ts";
import { needsContainers } from "../support/needs.ts";
import { containerProcesses, namingProcesses, nothing, remainsOf, sharedFiles } from "../support/remains.ts";
import { lostWrites, Writer, watchAll } from "../support/write-load.ts";

const image = "docker.io/kubets/idle:1";
const namespace = "default";
const place = { namespace, labelSelector: "app=steady", timeoutMs: 60_000 };

const isReady = ({ status }: corev1.Pod): boolean =>
  status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

const deployment = {
  metadata: { name: "steady" },
  spec: {
    replicas: 4,
    selector: { matchLabels: { app: "steady" } },
    template: {
      metadata: { labels: { app: "steady" } },
      spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "main", image }] },
    },
  },
};

suite("faults", { skip: needsContainers, timeout: 600_000 }, () => {
  let cluster: TestCluster;

  before(async () => {
    cluster = await TestCluster.start("--nodes", "2");
    await loadImages(cluster, { name: image, entrypoint: ["/bin/busybox", "sleep", "86400"] });
    await cluster.client.resource(resources.deployments).create(deployment, place);
    await steadyPods(4);
  });

  after(() => cluster?.stop());

  const steadyPods = (count: number) =>
    cluster.untilAll(resources.pods, place, (pods) => pods.length === count && pods.every(isReady));

  /** What must not change while pods run on: which containers these are, as the cluster says, and their processes on the machine. */
  async function running() {
    const pods = await steadyPods(4);
    const containers = pods.map(({ metadata, status }) => {
      const [container] = status?.containerStatuses ?? [];
      return `${metadata.name} ${container?.containerID} restarted ${container?.restartCount} times`;
    });
    // Those of pods that have gone end a moment later.
    await eventually(async () => assert.equal(containerProcesses(cluster.name).length, pods.length * 2));
    return { containers: containers.sort(), processes: containerProcesses(cluster.name) };
  }

  /** Kills a process; resolves when the supervisor has started another one in its place. */
  async function crash(role: string): Promise<void> {
    const killed = await processesOf(cluster, role);
    await kill(killed);
    await eventually(async () => {
      const [anew] = await processesOf(cluster, role);
      assert.ok(anew && !killed.includes(anew), `${role} is started again`);
    });
  }

  const run = (pod: string, ...command: readonly string[]) => cluster.kubectl("exec", pod, "--", ...command);
  const podOn = async (node: string) => (await steadyPods(4)).find(({ spec }) => spec.nodeName === node)!.metadata.name;

  async function scale(replicas: number): Promise<void> {
    await cluster.kubectl("scale", "deployment/steady", `--replicas=${replicas}`);
    await steadyPods(replicas);
  }

  test("a control plane killed again and again under writes loses none, and watches see each once", async () => {
    const before = await running();
    const stop = new AbortController();
    const connect = () => createClient(httpTransport(loadKubeconfig(cluster.kubeconfig)));
    const clients = Array.from({ length: 6 }, connect);
    const writers = clients.slice(0, 4).map((client, index) => new Writer(client, `writer-${index}`));
    const configMaps = cluster.client.resource(resources.configmaps);
    const { metadata } = await configMaps.list({ namespace });
    const watches = clients.slice(4).map((client) => watchAll(client, namespace, metadata.resourceVersion, "end"));
    const writing = writers.map((writer) => writer.run(namespace, stop.signal));
    const acknowledged = () => writers.flatMap((writer) => writer.acknowledged);
    for (let kill = 0; kill < 3; kill++) {
      const wanted = acknowledged().length + 100;
      while (acknowledged().length < wanted) await Promise.race([delay(5), Promise.all(writing)]);
      await crash("control-plane");
    }
    const wanted = acknowledged().length + 50;
    while (acknowledged().length < wanted) await Promise.race([delay(5), Promise.all(writing)]);
    stop.abort();
    await Promise.all(writing);
    await configMaps.create({ metadata: { name: "end" } }, { namespace });

    const present = (await configMaps.list({ namespace })).items;
    assert.deepEqual(lostWrites(acknowledged(), present), []);
    for (const { events, resumed } of await Promise.all(watches)) {
      assert.ok(resumed >= 3, `the watch was resumed ${resumed} times`);
      const revisions = events.map(({ resourceVersion }) => resourceVersion);
      assert.ok(
        revisions.every((revision, at) => at === 0 || revision > revisions[at - 1]!),
        "no event came twice or out of order",
      );
      const seen = new Set(events.map(({ change, name }) => `${change} ${name}`));
      const missed = acknowledged().filter(({ change, name }) => !seen.has(`${change} ${name}`));
      assert.deepEqual(missed, [], "each acknowledged write was seen");
    }
    await Promise.all(clients.map((client) => client.transport.close()));

    assert.deepEqual(await running(), before, "pods ran on");
    await scale(5);
    await scale(4);
  });

  test("pods run on while their node's agent is killed, and are managed again", async () => {
    const before = await running();
    await crash("node node-1");
    const pod = await podOn("node-1");
    await eventually(async () => assert.equal(await run(pod, "echo", "here"), "here\n"));
    assert.deepEqual(await running(), before);
    await cluster.kubectl("delete", "pod", pod);
    await steadyPods(4);
  });

  test("containers run on while containerd is killed, and the next one takes them over", async () => {
    const before = await running();
    await crash("containerd node-1");
    const pod = await podOn("node-1");
    await eventually(async () => assert.equal(await run(pod, "echo", "here"), "here\n"));
    assert.deepEqual(await running(), before);
    const spec = { nodeName: "node-1", terminationGracePeriodSeconds: 0, containers: [{ name: "main", image }] };
    await cluster.client.resource(resources.pods).create({ metadata: { name: "later" }, spec }, { namespace });
    await cluster.until(resources.pods, "later", { namespace }, isReady);
    await cluster.kubectl("delete", "pod", "later");
  });

  test("kubets up takes over what runs when everything of Kubets was killed", async () => {
    const before = await running();
    await kill(await processesOf(cluster));
    assert.deepEqual(containerProcesses(cluster.name), before.processes, "containers need none of them");
    await cluster.up();
    assert.deepEqual(await running(), before);
    const pod = await podOn("node-2");
    await eventually(async () => assert.equal(await run(pod, "echo", "here"), "here\n"));
    await scale(5);
    await scale(4);
  });

  test("after the machine has lost every process, containers too, kubets up starts the pods again", async () => {
    const before = await steadyPods(4);
    await kill([
      ...(await processesOf(cluster)),
      ...namingProcesses(cluster.name, cluster.data),
      ...containerProcesses(cluster.name),
    ]);
    await cluster.up();
    const restarted = ({ status }: corev1.Pod) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0;
    const pods = await cluster.untilAll(
      resources.pods,
      place,
      (all) => all.length === 4 && all.every(isReady) && all.every(restarted),
    );
    assert.deepEqual(names(pods), names(before), "the same pods");
    const kept = await cluster.client.resource(resources.configmaps).get("end", { namespace });
    assert.equal(kept.metadata.name, "end");
  });

  test("kubets down leaves no process, mount, network namespace, cgroup or file", async () => {
    const before = remainsOf(cluster.name, cluster.data);
    for (const [what, found] of Object.entries(before)) assert.notDeepEqual(found, [], `a running cluster has ${what}`);
    const shared = sharedFiles(cluster.name, cluster.data);
    await cluster.down();
    assert.deepEqual(remainsOf(cluster.name, cluster.data), nothing);
    assert.equal(existsSync(cluster.kubeconfig), false, "the kubeconfig held nothing else");
    assert.deepEqual(shared.filter(existsSync), []);
  });

  test("kubets down removes a cluster whose supervisor was killed as well", async () => {
    await cluster.up();
    await cluster.until(resources.nodes, "node-1", {}, () => true);
    await kill(await processesOf(cluster, "supervisor"));
    const shared = sharedFiles(cluster.name, cluster.data);
    await cluster.down();
    assert.deepEqual(remainsOf(cluster.name, cluster.data), nothing);
    assert.deepEqual(shared.filter(existsSync), []);
  });
});

const names = (pods: readonly corev1.Pod[]) => pods.map(({ metadata }) => metadata.name).sort();
