import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { type Allocated, Reconciliation } from "./reconciliation.ts";

const service = (name: string) => ({ metadata: { name, namespace: "shop" } }) as corev1.Service;

function pool(...taken: number[]) {
  const numbers = new Set(taken);
  const allocated: Allocated<number> = {
    taken: () => numbers,
    has: (value) => numbers.has(value),
    inRange: (value) => value < 100,
    take: (value) => numbers.add(value),
    release: (value) => numbers.delete(value),
  };
  return { numbers, reconciliation: new Reconciliation(allocated) };
}

test("what a service has and is not taken is taken; what no range holds and what two have is told", () => {
  const { numbers, reconciliation } = pool(1);
  const [one, two, three] = [service("one"), service("two"), service("three")];
  const owned = [
    [1, one],
    [2, two],
    [2, three],
    [200, three],
  ] as const;
  assert.deepEqual(
    reconciliation.look(owned).map((finding) => [finding.type, finding.value, finding.service?.metadata.name]),
    [
      ["repair", 2, "two"],
      ["duplicate", 2, "three"],
      ["outOfRange", 200, "three"],
    ],
  );
  assert.deepEqual([...numbers], [1, 2, 200]);
});

test("what is taken and no service has is given back at the third look, not while a service is being written", () => {
  const { numbers, reconciliation } = pool(1, 2);
  for (const owner of [undefined, service("late"), undefined, undefined]) {
    assert.deepEqual(
      reconciliation.look(owner ? [[1, owner]] : []).filter(({ value }) => value === 1),
      [],
    );
  }
  assert.deepEqual([...numbers], [1]);
  assert.deepEqual(reconciliation.look([]), [{ type: "leak", value: 1 }]);
  assert.deepEqual([...numbers], []);
});
