/** What becomes of running pods: restarts of what manages them, deadlines, new containers, new resources. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { resources as apiResources } from "../../../api/mod.ts";
import {
  api,
  eventually,
  forever,
  logOf,
  namespace,
  pod,
  remove,
  runtime,
  shell,
  startAgent,
  stopAgent,
} from "../agent-under-test.ts";
import { isReady, type PodHandle, statusOf } from "../api.ts";
import { testImage as image } from "../containerd.ts";

test("running containers go on over a restart of the agent and are managed again", async () => {
  const one = await pod("kept", {
    containers: [shell(forever, { readinessProbe: { exec: { command: ["true"] }, periodSeconds: 1 } })],
  });
  const before = await one.until("it is ready", isReady);
  await stopAgent();
  const leaving = await pod("leaving", { containers: [shell(forever)] });
  await startAgent();
  await leaving.until("a new one starts", isReady);
  const now = await one.get();
  assert.equal(statusOf(now, "main").containerID, statusOf(before, "main").containerID);
  assert.equal(statusOf(now, "main").restartCount, 0);
  assert.ok(isReady(now));
  await remove(one, leaving);
});

test("a pod past its deadline fails, and one that does not fit is refused", async () => {
  const late = await pod("late", { activeDeadlineSeconds: 1, containers: [shell(forever)] });
  const large = await pod("large", { containers: [shell(forever, { resources: { requests: { cpu: "1000" } } })] });
  const failed = await late.until("it has failed", ({ status }) => status?.phase === "Failed");
  assert.equal(failed.status!.reason, "DeadlineExceeded");
  const refused = await large.until("it is refused", ({ status }) => status?.phase === "Failed");
  assert.equal(refused.status!.reason, "OutOfcpu");
  await remove(late, large);
});

test("an ephemeral container joins a running pod and sees its processes", async () => {
  const one = await pod("debugged", { containers: [shell(forever)] });
  await one.until("it is ready", isReady);
  const patch = {
    spec: {
      ephemeralContainers: [
        { name: "debug", image, targetContainerName: "main", command: ["sh", "-c", "ps; sleep 60"] },
      ],
    },
  };
  await api.client
    .resource(apiResources.pods)
    .patch("debugged", patch, { type: "strategic", subresource: "ephemeralcontainers", namespace });
  await one.until("it runs", (now) => statusOf(now, "debug")?.state?.running !== undefined);
  await eventually("it sees them", async () => /sh -c trap exit TERM/.test(await logOf("debugged", "debug")));
  await remove(one);
});

test("resources change in place, by a restart where the policy says so, and not beyond the node", async () => {
  const resources = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { cpu, memory } });
  const patchOf = (main: object, other: object) => ({
    spec: {
      containers: [
        { name: "main", resources: main },
        { name: "other", resources: other },
        { name: "free", resources: { requests: { cpu: "200m" } } },
      ],
    },
  });
  const one = await pod("resized", {
    containers: [
      shell(forever, { resources: resources("100m", "32Mi") }),
      shell(forever, {
        name: "other",
        resources: resources("100m", "32Mi"),
        resizePolicy: [{ resourceName: "memory", restartPolicy: "RestartContainer" }],
      }),
      shell(forever, { name: "free", resources: { requests: { cpu: "100m" } } }),
    ],
  });
  await one.until("it is ready", isReady);
  const resize = (patch: object) =>
    api.client
      .resource(apiResources.pods)
      .patch("resized", patch, { type: "strategic", subresource: "resize", namespace });
  await resize(patchOf(resources("200m", "64Mi"), resources("100m", "48Mi")));
  const done = await one.until("they have what was asked", (now) => {
    const [main, other, free] = [statusOf(now, "main"), statusOf(now, "other"), statusOf(now, "free")];
    return (
      main.resources?.limits?.["memory"] === "64Mi" &&
      other.resources?.limits?.["memory"] === "48Mi" &&
      free.resources?.requests?.["cpu"] === "200m" &&
      other.restartCount === 1
    );
  });
  assert.equal(statusOf(done, "main").restartCount, 0);
  assert.equal(statusOf(done, "main").allocatedResources!["cpu"], "200m");
  const id = statusOf(done, "main").containerID!.replace("containerd://", "");
  const script =
    "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null || cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max";
  const { stdout } = await runtime.execSync(id, ["sh", "-c", script], 5000);
  assert.match(stdout.toString(), new RegExp(`^${64 * 1024 ** 2}\n20000`));
  await resize(patchOf(resources("1000", "64Mi"), resources("100m", "48Mi")));
  const condition = (now: Awaited<ReturnType<PodHandle["get"]>>) =>
    now.status?.conditions?.find(({ type }) => type === "PodResizePending");
  const pending = await one.until("it waits", (now) => condition(now) !== undefined);
  assert.equal(condition(pending)!.reason, "Infeasible");
  assert.equal(statusOf(pending, "main").allocatedResources!["cpu"], "200m");
  await resize(patchOf(resources("200m", "64Mi"), resources("100m", "48Mi")));
  await one.until("it does not wait any more", (now) => condition(now) === undefined);
  await remove(one);
});
