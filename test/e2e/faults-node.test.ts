/** What can befall a node beneath its agent: processes killed one by one, images and files gone, a containerd that hangs, a reboot. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { type corev1, resources } from "../../src/api/mod.ts";
import { readState } from "../../src/cluster/state.ts";
import { TestCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { loadImages } from "../support/images.ts";
import { kill, processesOf } from "../support/kill.ts";
import { needsContainers } from "../support/needs.ts";
import { containerProcesses, namingProcesses, remainsOf } from "../support/remains.ts";

const image = "docker.io/kubets/site:1";
const namespace = "default";
const place = { namespace, labelSelector: "app=site", timeoutMs: 90_000 };

const isReady = ({ status, metadata }: corev1.Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false);

const restarts = ({ status }: corev1.Pod): number => status?.containerStatuses?.[0]?.restartCount ?? 0;

const site = {
  metadata: { name: "site", labels: { app: "site" } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "site" } },
    template: {
      metadata: { labels: { app: "site" } },
      spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "main", image }] },
    },
  },
};
const service = {
  metadata: { name: "site" },
  spec: { selector: { app: "site" }, ports: [{ port: 80, targetPort: 8080 }] },
};

suite("faults of a node", { skip: needsContainers, timeout: 600_000 }, () => {
  let cluster: TestCluster;
  let address: string;

  before(async () => {
    cluster = await TestCluster.start();
    const entrypoint = ["/bin/httpd", "-f", "-p", "8080", "-h", "/www"];
    await loadImages(cluster, { name: image, entrypoint, files: { "www/index.html": "here\n" } });
    await cluster.client.resource(resources.deployments).create(site, place);
    address = (await cluster.client.resource(resources.services).create(service, place)).spec.clusterIP!;
    await ready();
    await eventually(answers);
  });

  after(() => cluster?.stop());

  const node = () => readState(cluster.name)!.nodes[0]!;
  const inNode = (command: string, ...args: readonly string[]) =>
    execFileSync("nsenter", [`--net=${node().namespace}`, "--", command, ...args], { encoding: "utf8", stdio: "pipe" });
  const answers = () => assert.equal(inNode("curl", "-s", "-m", "5", `http://${address}/`), "here\n");
  const ready = (also: (pod: corev1.Pod) => boolean = () => true) =>
    cluster.untilAll(resources.pods, place, (pods) => pods.length === 2 && pods.every(isReady) && pods.some(also));

  /** Pods without a past: one that was restarted a moment ago would wait. */
  async function fresh(): Promise<readonly corev1.Pod[]> {
    await cluster.client.resource(resources.pods).deleteCollection({ namespace });
    return cluster.untilAll(
      resources.pods,
      place,
      (pods) => pods.length === 2 && pods.every((pod) => isReady(pod) && restarts(pod) === 0),
    );
  }

  /** The process of the pod's container, or of its sandbox. */
  function processOf(id: string): number {
    const bundle = join("/run/kubets", cluster.name, "node-1/containerd/io.containerd.runtime.v2.task/k8s.io", id);
    return Number(readFileSync(join(bundle, "init.pid"), "utf8"));
  }
  const containerId = ({ status }: corev1.Pod) =>
    status!.containerStatuses![0]!.containerID!.replace("containerd://", "");
  /** Of the sandbox in which the container runs, by the shim that has started both. */
  function sandboxOf(pod: corev1.Pod): { shim: number; pause: number } {
    const shim = Number(
      /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${processOf(containerId(pod))}/status`, "utf8"))![1],
    );
    const words = readFileSync(`/proc/${shim}/cmdline`, "utf8").split("\0");
    return { shim, pause: processOf(words[words.indexOf("-id") + 1]!) };
  }

  test("a container that is killed is restarted in its pod, and counted", async () => {
    const [pod] = await ready();
    process.kill(processOf(containerId(pod!)), "SIGKILL");
    const again = (await ready((one) => restarts(one) === 1)).find((one) => restarts(one) === 1);
    assert.equal(again!.metadata.uid, pod!.metadata.uid);
    assert.equal(again!.status!.podIP, pod!.status!.podIP);
    assert.equal(again!.status!.containerStatuses![0]!.lastState!.terminated!.exitCode, 137);
  });

  for (const what of ["pause", "shim"] as const)
    test(`a pod whose ${what} process is killed gets another sandbox; the other pod is left alone`, async () => {
      const [pod, other] = await fresh();
      process.kill(sandboxOf(pod!)[what], "SIGKILL");
      const pods = await ready((one) => one.metadata.uid === pod!.metadata.uid && restarts(one) > restarts(pod!));
      assert.ok(pods.map(containerId).includes(containerId(other!)), "the other pod's container is the same");
      await eventually(answers);
    });

  test("Services answer while nothing of Kubets runs, and names are found when it is back", async () => {
    const before = await ready();
    await kill(await processesOf(cluster));
    for (let request = 0; request < 5; request++) answers();
    const status = JSON.parse(await cluster.machine("status", "-o", "json"));
    assert.equal(status.phase, "stopped");
    await cluster.up();
    assert.deepEqual((await ready()).map(containerId).sort(), before.map(containerId).sort());
    const [pod] = before;
    await eventually(async () => {
      const found = await cluster.kubectl(
        "exec",
        pod!.metadata.name,
        "--",
        "nslookup",
        "site.default.svc.cluster.local",
      );
      assert.ok(found.includes(address));
    });
  });

  test("a supervisor that is killed takes nothing with it, and status says so", async () => {
    await kill(await processesOf(cluster, "supervisor"));
    const status = JSON.parse(await cluster.machine("status", "-o", "json"));
    assert.equal(status.phase, "unsupervised");
    assert.deepEqual(
      status.processes.map(({ role }: { role: string }) => role),
      ["control-plane", "containerd node-1", "node node-1"],
    );
    await ready();
    await cluster.up();
    assert.equal(JSON.parse(await cluster.machine("status", "-o", "json")).phase, "ready");
  });

  test("a pod that was deleted while its agent was down is removed when it is back", async () => {
    const [pod] = await ready();
    const pid = processOf(containerId(pod!));
    const [supervisor] = await processesOf(cluster, "supervisor");
    process.kill(supervisor!, "SIGSTOP");
    try {
      await kill(await processesOf(cluster, "node node-1"));
      await cluster.client.resource(resources.pods).delete(pod!.metadata.name, { namespace, gracePeriodSeconds: 0 });
    } finally {
      process.kill(supervisor!, "SIGCONT");
    }
    await ready(({ metadata }) => metadata.uid !== pod!.metadata.uid);
    await eventually(() => assert.equal(containerProcesses(cluster.name).includes(pid), false));
  });

  test("a containerd that hangs holds up new pods until it goes on, and no pod that runs", async () => {
    const [containerd] = await processesOf(cluster, "containerd node-1");
    process.kill(containerd!, "SIGSTOP");
    await cluster.client.resource(resources.pods).delete((await ready())[0]!.metadata.name, { namespace });
    answers();
    process.kill(containerd!, "SIGCONT");
    await ready();
  });

  test("a container whose image is gone waits for it, and runs when it is there again", async () => {
    const [pod] = await fresh();
    const socket = join("/run/kubets", cluster.name, "node-1/containerd.sock");
    const ctr = (...args: readonly string[]) =>
      execFileSync("ctr", ["-a", socket, "-n", "k8s.io", ...args], { encoding: "utf8" });
    const names = ctr("images", "ls", "-q")
      .split("\n")
      .filter((name) => name !== "" && !name.includes("pause"));
    const pause = ctr("images", "ls")
      .split("\n")
      .find((line) => line.includes("pause:"))!
      .split(/\s+/)[2]!;
    ctr("images", "rm", ...names.filter((name) => !name.includes(pause)));
    process.kill(processOf(containerId(pod!)), "SIGKILL");
    const isWaiting = ({ status }: corev1.Pod) =>
      /ImagePull/.test(status?.containerStatuses?.[0]?.state?.waiting?.reason ?? "");
    await cluster.untilAll(resources.pods, place, (pods) => pods.some(isWaiting));
    await loadImages(cluster, {
      name: image,
      entrypoint: ["/bin/httpd", "-f", "-p", "8080", "-h", "/www"],
      files: { "www/index.html": "here\n" },
    });
    await ready();
  });

  test("after a reboot the same pods run again, with the addresses of the ended ones given back", async () => {
    const before = await ready();
    await reboot(cluster);
    await cluster.up();
    const pods = await ready(({ metadata }) => metadata.uid === before[0]!.metadata.uid);
    assert.deepEqual(
      pods.map(({ metadata }) => metadata.uid).sort(),
      before.map(({ metadata }) => metadata.uid).sort(),
    );
    await eventually(answers);
    const held = join(cluster.data, "nodes/node-1/cni/kubets");
    await eventually(() => assert.equal(execFileSync("ls", [held], { encoding: "utf8" }).match(/^\d+\./gm)?.length, 2));
  });
});

/** Everything that a machine loses when it goes down: processes, mounts, namespaces, cgroups, and the files below /run. */
async function reboot(cluster: TestCluster): Promise<void> {
  const { name, data } = cluster;
  await kill([...(await processesOf(cluster)), ...namingProcesses(name, data)]);
  await kill(containerProcesses(name));
  const { mounts, networkNamespaces, cgroups } = remainsOf(name, data);
  for (const mount of mounts.toReversed()) execFileSync("umount", ["-l", mount.split(" ")[1]!]);
  for (const path of networkNamespaces) execFileSync("ip", ["netns", "delete", path.split("/").at(-1)!]);
  for (const folder of cgroups) execFileSync("find", [folder, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"]);
  rmSync(join("/run/kubets", name), { recursive: true });
}
