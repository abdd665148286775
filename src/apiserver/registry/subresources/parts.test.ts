import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../../api/mod.ts";
import { confineOf } from "./parts.ts";

test("a resize takes the resources of the pod as a whole and of its containers, and nothing else", () => {
  const podOf = (cpu: string, image: string, labels: Record<string, string>): corev1.Pod => {
    const resources = { limits: { cpu } };
    const spec = {
      resources,
      containers: [{ name: "c", image, resources }],
      initContainers: [{ name: "i", resources }],
    };
    return { apiVersion: "v1", kind: "Pod", metadata: { name: "p", labels }, spec } as unknown as corev1.Pod;
  };
  const resize = confineOf("pods", "resize")!;
  assert.deepEqual(resize(podOf("2", "new", { a: "new" }), podOf("1", "old", {})), podOf("2", "old", {}));
});
