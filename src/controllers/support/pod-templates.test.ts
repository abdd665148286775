import assert from "node:assert/strict";
import { test } from "node:test";
import { type corev1, deepFreeze } from "../../api/mod.ts";
import { templatesEqual } from "./pod-templates.ts";

function templateOf(memory: string, more: Partial<corev1.PodSpec> = {}): corev1.PodTemplateSpec {
  const container = { name: "main", image: "busybox", resources: { limits: { memory } } };
  return deepFreeze({ metadata: { labels: { app: "web" } }, spec: { containers: [container], ...more } });
}

test("templates are the same where amounts are only spelled in another way", () => {
  assert.ok(templatesEqual(templateOf("1Gi"), templateOf("1073741824")));
  assert.ok(!templatesEqual(templateOf("1Gi"), templateOf("1073741825")));
});

test("templates are the same where one was stored before what both mean was filled in", () => {
  const [before, now] = [{ serviceAccountName: "web" }, { serviceAccountName: "web", serviceAccount: "web" }];
  for (const [one, other] of [[before, now] as const, [now, before] as const])
    assert.ok(templatesEqual(templateOf("1Gi", one), templateOf("1073741824", other)));
  assert.ok(!templatesEqual(templateOf("1Gi", now), templateOf("1Gi", { serviceAccountName: "other" })));
});
