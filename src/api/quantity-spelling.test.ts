import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "./core/v1/pod.ts";
import { pod } from "./core/v1/pod.ts";
import { deepFreeze } from "./object.ts";
import { respelledAs } from "./quantity-spelling.ts";

function podOf(memory: string, more: Partial<Pod["spec"]> = {}): Pod {
  const containers = ["one", "two"].map((name) => ({ name, resources: { limits: { cpu: "1", memory } } }));
  const env = [{ name: "SIZE", value: memory }];
  const labels = { size: memory };
  const object = {
    metadata: { name: "p", labels },
    spec: { containers: [...containers, { name: "three", env }], ...more },
  };
  return deepFreeze(object) as unknown as Pod;
}

test("the same amounts are spelled as in the new object, texts that look like amounts stay", () => {
  const [old, now] = [podOf("1Gi"), podOf("1073741824")];
  const respelled = respelledAs(now, old, pod);
  assert.deepEqual(respelled.spec.containers.slice(0, 2), now.spec.containers.slice(0, 2));
  assert.equal(respelled.spec.containers[2], old.spec.containers[2]);
  assert.equal(respelled.metadata, old.metadata);
});

test("other amounts stay, and so do those that one of both does not have", () => {
  const old = podOf("1Gi");
  for (const now of [podOf("2Gi"), podOf("1Gi", { containers: [] }), podOf("1073741825")])
    assert.equal(respelledAs(now, old, pod), old);
  const more = podOf("1Gi", { overhead: { memory: "1Gi" } });
  assert.equal(respelledAs(old, more, pod), more);
  assert.equal(respelledAs(more, old, pod), old);
});

test("an object that spells everything the same is the old one, not a copy", () => {
  const old = podOf("1Gi");
  assert.equal(respelledAs(podOf("1Gi"), old, pod), old);
});

test("an object with very many amounts is respelled in no time", () => {
  const names = Array.from({ length: 5000 }, (_, index) => `example.com/device-${index}`);
  const podWith = (amount: string) =>
    podOf("1Gi", { overhead: Object.fromEntries(names.map((name) => [name, amount])) });
  const [old, now] = [podWith("1Gi"), podWith("1073741824")];
  const started = performance.now();
  assert.deepEqual(respelledAs(now, old, pod), now);
  assert.ok(performance.now() - started < 2000);
});
