import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../../api/mod.ts";
import { pod } from "./pod.ts";

test("a term asks for the pod's own labels, and not for what every object has", () => {
  const term = { topologyKey: "zone", labelSelector: {}, matchLabelKeys: ["app", "constructor", "absent"] };
  const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const object = { metadata: { labels: { app: "web" } }, spec: { affinity, containers: [] } };
  pod.prepareForCreate!(object as unknown as corev1.Pod, { now: 0 } as never);
  assert.deepEqual(term.labelSelector, { matchExpressions: [{ key: "app", operator: "In", values: ["web"] }] });
});
