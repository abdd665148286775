import assert from "node:assert/strict";
import { test } from "node:test";
import { podOf } from "../testing/pods.ts";
import { parseCgroupMounts } from "./hierarchies.ts";
import { limitFiles, podCgroup } from "./pod-cgroup.ts";
import { qualityOfService } from "./quality-of-service.ts";
import { containerResources, outOfMemoryScore, podLimits } from "./resources.ts";

const container = (requests: Record<string, string>, limits: Record<string, string> = {}) => ({
  name: "main",
  resources: { requests, limits },
});
const guaranteed = podOf({ containers: [container({ cpu: "1", memory: "1Gi" }, { cpu: "1000m", memory: "1024Mi" })] });
const burstable = podOf({ containers: [container({ memory: "1Gi" })] });
const options = { memoryCapacityBytes: 4 * 1024 ** 3, cgroupVersion: 1 as const };

test("the class of service follows from requests and limits", () => {
  assert.equal(qualityOfService(guaranteed), "Guaranteed");
  assert.equal(qualityOfService(burstable), "Burstable");
  assert.equal(qualityOfService(podOf({ containers: [container({ "example.org/gpu": "1" })] })), "BestEffort");
  assert.equal(qualityOfService(podOf({ containers: [container({}, { cpu: "1", memory: "1Gi" })] })), "Guaranteed");
  assert.equal(
    qualityOfService(podOf({ containers: [container({ cpu: "1", memory: "1Gi" }, { cpu: "2", memory: "1Gi" })] })),
    "Burstable",
  );
});

test("requests are shares, limits quotas and bytes, the class decides who is killed first", () => {
  assert.deepEqual(containerResources(guaranteed, guaranteed.spec.containers[0]!, options), {
    cpuShares: 1024,
    cpuPeriod: 100_000,
    cpuQuota: 100_000,
    memoryLimitInBytes: 1024 ** 3,
    oomScoreAdj: -997,
  });
  assert.equal(outOfMemoryScore(burstable, burstable.spec.containers[0]!, options.memoryCapacityBytes), 750);
  assert.equal(outOfMemoryScore(podOf({}), { name: "main" }, options.memoryCapacityBytes), 1000);
  assert.equal(
    outOfMemoryScore(podOf({ priority: 2_000_001_000 }), { name: "main" }, options.memoryCapacityBytes),
    -997,
  );
});

test("a pod is held to the sum of its containers, as far as all of them have limits", () => {
  const two = podOf({
    containers: [
      container({ cpu: "100m" }, { cpu: "200m", memory: "10Mi" }),
      { ...container({ cpu: "50m" }, { memory: "20Mi" }), name: "b" },
    ],
    initContainers: [{ ...container({ cpu: "500m" }, { memory: "50Mi" }), name: "first" }],
  });
  assert.deepEqual(podLimits(two), {
    cpuShares: 512,
    cpuPeriodMicroseconds: 100_000,
    memoryLimitBytes: 50 * 1024 ** 2,
  });
});

test("a pod's cgroup lies under its class, guaranteed ones at the top", () => {
  assert.equal(podCgroup("/kubets/n1", burstable), "/kubets/n1/kubepods/burstable/podu1");
  assert.equal(podCgroup("", guaranteed), "/kubepods/podu1");
});

test("limits are files of each hierarchy's own", () => {
  const limits = {
    cpuShares: 1024,
    cpuPeriodMicroseconds: 100_000,
    cpuQuotaMicroseconds: 50_000,
    memoryLimitBytes: 1000,
  };
  assert.deepEqual(limitFiles(limits, 1), {
    cpu: { "cpu.shares": "1024", "cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "50000" },
    memory: { "memory.limit_in_bytes": "1000" },
  });
  const { cpuShares, cpuPeriodMicroseconds } = limits;
  assert.deepEqual(limitFiles({ cpuShares, cpuPeriodMicroseconds }, 2)[""], {
    "cpu.weight": "39",
    "cpu.max": "max 100000",
    "memory.max": "max",
  });
  assert.deepEqual(limitFiles(limits, 2), {
    "": { "cpu.weight": "39", "cpu.max": "50000 100000", "memory.max": "1000" },
  });
});

test("hierarchies are read from the mount table", () => {
  const one = "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct";
  const two = "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw";
  assert.deepEqual(parseCgroupMounts(`${one}\n${two}\n`), {
    version: 1,
    mounts: [
      { path: "/sys/fs/cgroup/cpu,cpuacct", controllers: ["cpu", "cpuacct"] },
      { path: "/sys/fs/cgroup/unified", controllers: [] },
    ],
  });
  assert.equal(parseCgroupMounts(two).version, 2);
});
