import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { age, allResources, humanDuration, type KubernetesObject } from "../../api/mod.ts";
import { strategies } from "./all.ts";
import { podColumns, podRowConditions } from "./core/pod-table.ts";

test("every resource that is stored has one strategy", () => {
  const stored = allResources.filter((resource) => resource.verbs.includes("watch"));
  const covered = strategies.map((strategy) => strategy.resource);
  assert.deepEqual(
    stored.filter((resource) => !covered.includes(resource as never)).map((resource) => resource.resource),
    [],
  );
  assert.equal(new Set(covered).size, strategies.length);
});

test("durations are printed with as much precision as their length asks for", () => {
  const minute = 60_000;
  const printed = [-5000, -500, 5000, 119_000, 2 * minute, 150_000, 11 * minute, 200 * minute, 10 * 60 * minute].map(
    humanDuration,
  );
  assert.deepEqual(printed, ["<invalid>", "0s", "5s", "119s", "2m", "2m30s", "11m", "3h20m", "10h"]);
  const day = 24 * 60 * minute;
  assert.deepEqual([3.5 * day, 30 * day, 800 * day, 4000 * day].map(humanDuration), ["3d12h", "30d", "2y70d", "10y"]);
  assert.equal(age(undefined, 0), "<unknown>");
});

const now = Date.parse("2026-01-01T00:01:00Z");

function podOf(status: corev1.PodStatus, spec: Partial<corev1.PodSpec> = {}, deleted = false): corev1.Pod {
  const metadata = { name: "p", ...(deleted && { deletionTimestamp: "2026-01-01T00:00:00Z" }) };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { containers: [{ name: "c" }], ...spec },
    status,
  } as corev1.Pod;
}

function row(pod: corev1.Pod): string {
  return podColumns
    .slice(1, 4)
    .map((column) => column.value(pod, now))
    .join(" ");
}

const container = (
  state: corev1.ContainerState,
  more: Partial<corev1.ContainerStatus> = {},
): corev1.ContainerStatus => ({
  name: "c",
  image: "",
  imageID: "",
  ready: false,
  restartCount: 0,
  state,
  ...more,
});
const running = { running: { startedAt: "2026-01-01T00:00:00Z" } };
const ended = (exitCode: number, reason?: string) => ({ terminated: { exitCode, ...(reason && { reason }) } });

test("a pod's state is the word that matters most", () => {
  const waiting = (reason: string) => ({ waiting: { reason } });
  const initSpec = { initContainers: [{ name: "i" }, { name: "j" }] };
  const cases: [corev1.Pod, string][] = [
    [podOf({ phase: "Pending" }), "0/1 Pending 0"],
    [podOf({ phase: "Running", containerStatuses: [container(running, { ready: true })] }), "1/1 Running 0"],
    [
      podOf({ phase: "Running", containerStatuses: [container(waiting("CrashLoopBackOff"))] }),
      "0/1 CrashLoopBackOff 0",
    ],
    [podOf({ phase: "Succeeded", containerStatuses: [container(ended(0, "Completed"))] }), "0/1 Completed 0"],
    [podOf({ phase: "Failed", containerStatuses: [container(ended(3))] }), "0/1 ExitCode:3 0"],
    [podOf({ phase: "Failed", reason: "Evicted" }), "0/1 Evicted 0"],
    [
      podOf({ phase: "Running", containerStatuses: [container(running, { ready: true })] }, {}, true),
      "1/1 Terminating 0",
    ],
    [podOf({ phase: "Pending", initContainerStatuses: [container(running)] }, initSpec), "0/1 Init:0/2 0"],
    [podOf({ phase: "Pending", initContainerStatuses: [container(ended(1, "Error"))] }, initSpec), "0/1 Init:Error 0"],
  ];
  for (const [pod, expected] of cases) assert.equal(row(pod), expected);
});

test("restarts say when the last one was", () => {
  const lastState = { terminated: { exitCode: 1, finishedAt: "2026-01-01T00:00:55Z" } };
  const containerStatuses = [container(running, { ready: true, restartCount: 2, lastState })];
  assert.equal(row(podOf({ phase: "Running", containerStatuses })), "1/1 Running 2 (5s ago)");
});

test("sidecars count as containers of the pod", () => {
  const spec = { initContainers: [{ name: "s", restartPolicy: "Always" }] };
  const initContainerStatuses = [container(running, { name: "s", ready: true, started: true })];
  const containerStatuses = [container(running, { ready: true })];
  assert.equal(row(podOf({ phase: "Running", initContainerStatuses, containerStatuses }, spec)), "2/2 Running 0");
});

test("a row says of a pod that it is over", () => {
  const said = (phase: string) => podRowConditions(podOf({ phase } as corev1.PodStatus))?.map(({ reason }) => reason);
  assert.deepEqual(["Running", "Succeeded", "Failed"].map(said), [undefined, ["Succeeded"], ["Failed"]]);
  // Whoever writes a status may write any word.
  assert.equal(podRowConditions(podOf({ phase: "__proto__" } as unknown as corev1.PodStatus)), undefined);
});

test("a table's cells can be made of an object that says nothing", () => {
  for (const { resource, columns } of strategies) {
    const bare = bareObject(resource.resource);
    for (const column of columns ?? [])
      assert.doesNotThrow(() => column.value(bare, now), `${resource.resource} ${column.name}`);
  }
});

function bareObject(resource: string): KubernetesObject {
  const template = { spec: { containers: [] } };
  const spec: Record<string, object> = {
    pods: { containers: [] },
    cronjobs: { jobTemplate: { spec: { template } } },
    horizontalpodautoscalers: { scaleTargetRef: { kind: "K", name: "n" } },
    flowschemas: { priorityLevelConfiguration: { name: "p" } },
    resourceslices: { pool: { name: "p" } },
    volumeattachments: { source: {} },
  };
  const object = { metadata: { name: "x" }, spec: spec[resource] ?? { template }, roleRef: {} };
  return object as unknown as KubernetesObject;
}
