import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { containerOf, observationOf, podOf } from "../testing/pods.ts";
import type { WaitingReason } from "./container-status.ts";
import { nothingObserved, type PodObservation } from "./observation.ts";
import { computePodStatus, type PodStatusInput, statusPatch } from "./pod-status.ts";

const now = "2026-01-01T01:00:00Z";

function statusOf(pod: corev1.Pod, observation: PodObservation, more: Partial<PodStatusInput> = {}): corev1.PodStatus {
  return computePodStatus({
    pod,
    observation,
    waiting: new Map<string, WaitingReason>(),
    health: { started: () => true, ready: () => true },
    hostAddresses: ["192.0.2.1"],
    runtimeName: "containerd",
    startTime: "2026-01-01T00:00:00Z",
    verdict: undefined,
    stage: "active",
    now,
    ...more,
  });
}

const conditions = (status: corev1.PodStatus) =>
  Object.fromEntries(
    (status.conditions ?? []).map(({ type, status: value, reason }) => [type, reason ? `${value} ${reason}` : value]),
  );

test("a pod that has just come is pending, its container being created", () => {
  const status = statusOf(podOf({}), nothingObserved);
  assert.equal(status.phase, "Pending");
  assert.deepEqual(status.containerStatuses, [
    {
      name: "main",
      image: "image:1",
      imageID: "",
      ready: false,
      started: false,
      restartCount: 0,
      state: { waiting: { reason: "ContainerCreating" } },
      lastState: {},
    },
  ]);
  assert.deepEqual(conditions(status), {
    PodReadyToStartContainers: "False",
    Initialized: "True",
    Ready: "False ContainersNotReady",
    ContainersReady: "False ContainersNotReady",
    PodScheduled: "True",
  });
  assert.equal(status.hostIP, "192.0.2.1");
});

test("a running pod is ready, with its addresses", () => {
  const status = statusOf(podOf({}), observationOf([containerOf()]));
  assert.equal(status.phase, "Running");
  assert.deepEqual(status.podIPs, [{ ip: "10.0.0.5" }]);
  assert.equal(status.containerStatuses![0]!.containerID, "containerd://main-0");
  assert.equal(conditions(status)["Ready"], "True");
});

test("between two runs the container waits, and its last state tells of the run before", () => {
  const waiting = new Map([["main", { reason: "CrashLoopBackOff", message: "back-off" }]]);
  const observation = observationOf([containerOf({ state: "CONTAINER_EXITED", exitCode: 2, attempt: 3 })]);
  const [status] = statusOf(podOf({}), observation, { waiting }).containerStatuses!;
  assert.deepEqual(status!.state, { waiting: { reason: "CrashLoopBackOff", message: "back-off" } });
  assert.equal(status!.lastState!.terminated!.exitCode, 2);
  assert.equal(status!.restartCount, 3);
});

test("a container that will not run again stays terminated whatever it waited for", () => {
  const waiting = new Map([["main", { reason: "CrashLoopBackOff" }]]);
  const observation = observationOf([
    containerOf({ state: "CONTAINER_EXITED", exitCode: 2, terminationMessage: "bye" }),
  ]);
  const [status] = statusOf(podOf({ restartPolicy: "Never" }), observation, { waiting }).containerStatuses!;
  assert.equal(status!.state!.terminated!.reason, "Error");
  assert.equal(status!.state!.terminated!.message, "bye");
});

test("the phase turns terminal when the pod has ended, not before", () => {
  const pod = podOf({ restartPolicy: "Never" }, {}, { phase: "Running" });
  const observation = observationOf([containerOf({ state: "CONTAINER_EXITED" })]);
  assert.equal(statusOf(pod, observation).phase, "Running");
  const ended = statusOf(pod, observation, { stage: "ended" });
  assert.equal(ended.phase, "Succeeded");
  assert.equal(conditions(ended)["Ready"], "False PodCompleted");
});

test("a deleted pod whose containers were killed has failed, also where it would be restarted", () => {
  const observation = observationOf([containerOf({ state: "CONTAINER_EXITED", exitCode: 137 })]);
  assert.equal(statusOf(podOf({}), observation, { stage: "ended" }).phase, "Failed");
});

test("a verdict of the node is told with its reason when the pod has ended", () => {
  const verdict = { phase: "Failed", reason: "OutOfcpu", message: "no" } as const;
  const status = statusOf(podOf({}), nothingObserved, { verdict, stage: "ended" });
  assert.deepEqual([status.phase, status.reason, status.message], ["Failed", "OutOfcpu", "no"]);
});

test("a container that was running and cannot be found is said to be lost", () => {
  const before = statusOf(podOf({}), observationOf([containerOf()]));
  const status = statusOf(podOf({}, {}, before), nothingObserved);
  assert.equal(status.containerStatuses![0]!.state!.terminated!.reason, "ContainerStatusUnknown");
});

test("a readiness gate holds the pod back until its condition is true", () => {
  const spec = { readinessGates: [{ conditionType: "team/gate" }] };
  const missing = statusOf(podOf(spec), observationOf([containerOf()])).conditions!.find(
    ({ type }) => type === "Ready",
  )!;
  assert.equal(missing.message, 'corresponding condition of pod readiness gate "team/gate" does not exist.');
  const open = podOf(spec, {}, { conditions: [{ type: "team/gate", status: "True" }] });
  assert.equal(conditions(statusOf(open, observationOf([containerOf()])))["Ready"], "True");
});

test("init containers hold the phase and the other containers' words", () => {
  const spec = { initContainers: [{ name: "first", image: "image:1" }] };
  const running = statusOf(podOf(spec), observationOf([containerOf({ name: "first" })]));
  assert.equal(running.phase, "Pending");
  assert.equal(running.containerStatuses![0]!.state!.waiting!.reason, "PodInitializing");
  assert.equal(
    running.conditions!.find(({ type }) => type === "Initialized")!.message,
    "containers with incomplete status: [first]",
  );
  const done = statusOf(podOf(spec), observationOf([containerOf({ name: "first", state: "CONTAINER_EXITED" })]));
  assert.equal(done.containerStatuses![0]!.state!.waiting!.reason, "PodInitializing");
  assert.equal(done.initContainerStatuses![0]!.ready, true);
});

test("containers that the pod never came to are not lost when an init container has failed for good", () => {
  const spec = { restartPolicy: "Never" as const, initContainers: [{ name: "first", image: "image:1" }] };
  const observation = observationOf([containerOf({ name: "first", state: "CONTAINER_EXITED", exitCode: 1 })]);
  const failed = statusOf(podOf(spec), observation, { stage: "ended" });
  assert.equal(failed.phase, "Failed");
  assert.equal(failed.containerStatuses![0]!.state!.waiting!.reason, "PodInitializing");
});

test("a condition keeps its time while its status does", () => {
  const before = statusOf(podOf({}), observationOf([containerOf()]), { now: "2026-01-01T00:30:00Z" });
  const status = statusOf(podOf({}, {}, before), observationOf([containerOf()]));
  assert.equal(status.conditions!.find(({ type }) => type === "Ready")!.lastTransitionTime, "2026-01-01T00:30:00Z");
});

test("the patch says what changed and nothing else, and nothing where nothing did", () => {
  const observation = observationOf([containerOf()]);
  const before = statusOf(podOf({}), observation);
  const pod = podOf({}, {}, { ...before, conditions: [...before.conditions!, { type: "team/other", status: "True" }] });
  assert.equal(statusPatch(pod, statusOf(pod, observation)), undefined);
  const unready = statusOf(pod, observation, { health: { started: () => true, ready: () => false } });
  const patch = statusPatch(pod, unready) as { metadata: object; status: Record<string, { type: string }[]> };
  assert.deepEqual(patch.metadata, { uid: "u1" });
  assert.deepEqual(Object.keys(patch.status).sort(), ["conditions", "containerStatuses"]);
  assert.deepEqual(
    patch.status["conditions"]!.map(({ type }) => type),
    ["Ready", "ContainersReady"],
  );
});

test("a new address replaces the old one instead of joining it", () => {
  const observation = observationOf([containerOf()]);
  const pod = podOf({}, {}, statusOf(podOf({}), observation));
  const moved = statusOf(pod, observationOf([containerOf()], { address: "10.0.0.6" }));
  const patch = statusPatch(pod, moved) as { status: { podIPs: unknown } };
  assert.deepEqual(patch.status.podIPs, [{ ip: "10.0.0.6" }, { $patch: "replace" }]);
});
