import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { podOf } from "../testing/pods.ts";
import { nothingObserved } from "./observation.ts";
import { PodResize } from "./resize.ts";
import type { ResizeProblem } from "./resources.ts";
import type { PodServices } from "./services.ts";

const limited = (cpu: string): corev1.Pod => podOf({ containers: [{ name: "main" }], resources: { limits: { cpu } } });

function resizing() {
  const told: string[] = [];
  const node: { problem?: ResizeProblem } = {};
  const cgroups = {
    loosen: async () => {},
    ensure: async ({ spec }: corev1.Pod) => told.push(`limit ${spec.resources?.limits?.["cpu"]}`),
  };
  const event = (_pod: corev1.Pod, _container: undefined, _type: string, reason: string) => told.push(reason);
  const services = { cgroups, event, resizeProblem: () => node.problem } as unknown as PodServices;
  return { resize: new PodResize(services), told, node };
}

test("what the pod as a whole may use follows its spec, and at first what was changed while no agent was there", async () => {
  const { resize, told } = resizing();
  for (const cpu of ["1", "1", "2", "2"]) await resize.run(limited(cpu), nothingObserved);
  assert.deepEqual(told, ["limit 1", "ResizeStarted", "limit 2", "ResizeCompleted"]);
});

test("an amount of the whole pod that is only spelled in another way is no resize", async () => {
  const { resize, told } = resizing();
  for (const cpu of ["0.5e3", "500"]) await resize.run(limited(cpu), nothingObserved);
  assert.deepEqual(told, ["limit 0.5e3"]);
});

test("a pod that the node has no room for stays as it is, and says why", async () => {
  const { resize, told, node } = resizing();
  await resize.run(limited("1"), nothingObserved);
  node.problem = { reason: "Deferred", message: "no room" };
  await resize.run(limited("2"), nothingObserved);
  assert.deepEqual(told, ["limit 1"]);
  assert.equal(resize.problem, node.problem);
});
