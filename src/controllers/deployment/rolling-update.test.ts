import assert from "node:assert/strict";
import { test } from "node:test";
import type { appsv1 } from "../../api/mod.ts";
import { desiredReplicasAnnotation, maxReplicasAnnotation } from "./annotations.ts";
import { proportionalScale } from "./proportional-scale.ts";
import { rollingUpdateStep, type ScaleDecision } from "./rolling-update.ts";

interface SetText {
  readonly name: string;
  replicas: number;
  available: number;
}

/** `old 3/2`: the set `old` wants 3 pods, of which 2 are available. */
function parseSets(text: string): SetText[] {
  return text.split(", ").map((part) => {
    const [, name, replicas, available] = /^(\w+) (\d+)\/(\d+)$/.exec(part)!;
    return { name: name!, replicas: Number(replicas), available: Number(available) };
  });
}

function toSet(set: SetText, age: number, annotations: Record<string, string> = {}): appsv1.ReplicaSet {
  const creationTimestamp = new Date(Date.UTC(2026, 0, 1) + age * 1000).toISOString();
  const metadata = {
    name: set.name,
    namespace: "n",
    uid: set.name,
    resourceVersion: "1",
    creationTimestamp,
    annotations,
  };
  const spec = { replicas: set.replicas, selector: {} };
  const status = { replicas: set.replicas, availableReplicas: set.available };
  return { apiVersion: "apps/v1", kind: "ReplicaSet", metadata, spec, status } as appsv1.ReplicaSet;
}

function deploymentOf(replicas: number, surge: number | string, unavailable: number | string): appsv1.Deployment {
  const rollingUpdate = { maxSurge: surge, maxUnavailable: unavailable };
  const spec = { replicas, strategy: { type: "RollingUpdate", rollingUpdate }, selector: {}, template: {} };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec } as unknown as appsv1.Deployment;
}

function show(decisions: readonly ScaleDecision[]): string {
  return decisions.map(({ set, replicas }) => `${set.metadata.name} -> ${replicas}`).join(", ") || "nothing";
}

/** Sets are named oldest first; the one called `new` has the deployment's template. */
function step(deployment: appsv1.Deployment, text: string): string {
  const sets = parseSets(text).map((set, age) => toSet(set, age));
  const newSet = sets.find((set) => set.metadata.name === "new")!;
  return show(rollingUpdateStep({ deployment, newSet, oldSets: sets.filter((set) => set !== newSet) }));
}

const steps: readonly (readonly [
  replicas: number,
  surge: number | string,
  unavailable: number | string,
  string,
  string,
])[] = [
  // The new set grows into the surge first.
  [10, "25%", "25%", "old 10/10, new 0/0", "new -> 3"],
  [10, 1, 0, "old 10/10, new 0/0", "new -> 1"],
  // Full: old pods give way, as far as enough stay available.
  [10, "25%", "25%", "old 10/10, new 3/0", "old -> 8"],
  [10, 1, 0, "old 10/10, new 1/0", "nothing"],
  [10, 1, 0, "old 10/10, new 1/1", "old -> 9"],
  // Both bounds at nought would stop everything: one may be unavailable.
  [10, 0, 0, "old 10/10, new 0/0", "old -> 9"],
  [1, "25%", "25%", "old 1/1, new 0/0", "new -> 1"],
  [1, "25%", "25%", "old 1/1, new 1/0", "nothing"],
  [1, "25%", "25%", "old 1/1, new 1/1", "old -> 0"],
  // Old pods that serve nobody go before those that do, the oldest set first.
  [10, 2, 2, "older 4/0, old 6/6, new 2/2", "older -> 0"],
  [10, 2, 2, "older 3/3, old 7/7, new 2/2", "older -> 0, old -> 6"],
  // A new set that is too large shrinks to size.
  [3, 1, 1, "old 0/0, new 5/5", "new -> 3"],
  [3, 1, 1, "old 0/0, new 3/3", "nothing"],
];

for (const [replicas, surge, unavailable, state, expected] of steps) {
  test(`a rollout of ${replicas} (surge ${surge}, unavailable ${unavailable}) at ${state}: ${expected}`, () => {
    assert.equal(step(deploymentOf(replicas, surge, unavailable), state), expected);
  });
}

test("a rollout whose pods become available ends with the new set alone, within its bounds at every step", () => {
  const deployment = deploymentOf(7, 2, 1);
  const sets: SetText[] = [
    { name: "old", replicas: 7, available: 7 },
    { name: "new", replicas: 0, available: 0 },
  ];
  for (let rounds = 0; sets[0]!.replicas > 0 || sets[1]!.available < 7; rounds += 1) {
    assert.ok(rounds < 50, "the rollout does not end");
    const [old, fresh] = sets.map((set, age) => toSet(set, age));
    for (const { set, replicas } of rollingUpdateStep({ deployment, newSet: fresh!, oldSets: [old!] })) {
      sets.find((one) => one.name === set.metadata.name)!.replicas = replicas;
    }
    for (const set of sets) set.available = Math.min(set.available, set.replicas);
    assert.ok(sets[0]!.replicas + sets[1]!.replicas <= 9, "more pods than the surge allows");
    assert.ok(sets[0]!.available + sets[1]!.available >= 6, "fewer available than promised");
    const growing = sets.find((set) => set.available < set.replicas);
    if (growing) growing.available += 1;
  }
});

function scale(deployment: appsv1.Deployment, text: string, before: { desired: number; max: number }): string {
  const annotations = {
    [desiredReplicasAnnotation]: String(before.desired),
    [maxReplicasAnnotation]: String(before.max),
  };
  const sets = parseSets(text).map((set, age) => toSet(set, age, annotations));
  const newSet = sets.find((set) => set.metadata.name === "new");
  return show(proportionalScale({ deployment, newSet, oldSets: sets.filter((set) => set !== newSet) }));
}

test("scaling in the middle of a rollout gives each set its share, and the rounding to the largest", () => {
  const deployment = deploymentOf(20, 0, 1);
  assert.equal(scale(deployment, "old 5/5, new 5/5", { desired: 10, max: 10 }), "new -> 10, old -> 10");
  assert.equal(scale(deploymentOf(5, 0, 1), "old 7/7, new 3/3", { desired: 10, max: 10 }), "old -> 3, new -> 2");
});

test("scaling without a rollout sizes the only active set, or the new one where all are empty", () => {
  assert.equal(scale(deploymentOf(6, 1, 1), "old 4/4", { desired: 4, max: 5 }), "old -> 6");
  assert.equal(scale(deploymentOf(6, 1, 1), "old 0/0, new 0/0", { desired: 4, max: 5 }), "new -> 6");
});

test("old sets that are left over when the new one serves everything go", () => {
  assert.equal(scale(deploymentOf(4, 1, 1), "old 2/2, new 4/4", { desired: 4, max: 5 }), "old -> 0");
});
