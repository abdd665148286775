import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { deletionCostAnnotation, podsToDelete } from "./pod-ranking.ts";

const now = Date.UTC(2026, 0, 1);
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

interface Traits {
  readonly node?: string;
  readonly phase?: string;
  readonly readyFor?: number;
  readonly cost?: string;
  readonly restarts?: number;
  readonly age?: number;
}

function pod(name: string, traits: Traits = {}): corev1.Pod {
  const { node = name, phase = "Running", readyFor, cost, restarts = 0, age = 1000 } = traits;
  const ready = { type: "Ready", status: "True", lastTransitionTime: ago(readyFor ?? 0) };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      uid: name,
      creationTimestamp: ago(age),
      ...(cost ? { annotations: { [deletionCostAnnotation]: cost } } : {}),
    },
    spec: { nodeName: node, containers: [] },
    status: {
      phase,
      ...(readyFor === undefined ? {} : { conditions: [ready] }),
      containerStatuses: [{ restartCount: restarts }],
    },
  } as unknown as corev1.Pod;
}

/** The order in which all but the last would go. */
function order(...pods: corev1.Pod[]): string {
  const chosen = podsToDelete({ pods, related: pods, count: pods.length - 1, now });
  return chosen.map((one) => one.metadata.name).join(" ");
}

test("pods without a node go before pods with one, pending before running, unready before ready", () => {
  const pods = [
    pod("ready", { readyFor: 100 }),
    pod("unready"),
    pod("pending", { phase: "Pending" }),
    pod("unassigned", { node: "" }),
  ];
  assert.equal(order(...pods), "unassigned pending unready");
});

test("among ready pods the cheaper goes first, and a cost that is no number counts as nought", () => {
  const cheap = pod("cheap", { readyFor: 100, cost: "-5" });
  const dear = pod("dear", { readyFor: 100, cost: "10" });
  const odd = pod("odd", { readyFor: 100, cost: "+3" });
  assert.equal(order(dear, odd, cheap), "cheap odd");
});

test("pods on a crowded node go before a pod that is alone on its own", () => {
  const a = pod("a", { readyFor: 100, node: "busy" });
  const b = pod("b", { readyFor: 100, node: "busy" });
  const c = pod("c", { readyFor: 100, node: "quiet" });
  assert.equal(order(c, a, b), "a b");
});

test("the one that has been ready for a much shorter time goes first, near equals by restarts", () => {
  assert.equal(order(pod("old", { readyFor: 100_000 }), pod("fresh", { readyFor: 10 })), "fresh");
  const calm = pod("calm", { readyFor: 1000 });
  const restless = pod("restless", { readyFor: 1001, restarts: 4 });
  assert.equal(order(calm, restless), "restless");
});

test("the younger of otherwise equal pods goes first", () => {
  assert.equal(order(pod("old", { readyFor: 5, age: 100_000 }), pod("young", { readyFor: 5, age: 10 })), "young");
});
