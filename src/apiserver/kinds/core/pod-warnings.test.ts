import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../../api/mod.ts";
import { podSpecWarnings, podWarnings } from "./pod-warnings.ts";

const warningsOf = (ports: readonly Partial<corev1.ContainerPort>[]) => {
  const containers = [{ name: "c", image: "i", ports: ports.map((port) => ({ protocol: "TCP", ...port })) }];
  const pod = { metadata: { name: "p" }, spec: { containers } } as unknown as corev1.Pod;
  return podWarnings(pod, { dryRun: false, now: 0 } as Parameters<typeof podWarnings>[1]);
};

test("ports of one number are told of by how they meet", () => {
  const at = (index: number) => `spec.containers[0].ports[${index}]`;
  assert.deepEqual(
    warningsOf([
      { containerPort: 80 },
      { containerPort: 81 },
      { containerPort: 80 },
      { containerPort: 81, hostPort: 9 },
    ]),
    [`${at(2)}: duplicate port definition with ${at(0)}`, `${at(3)}: overlapping port definition with ${at(1)}`],
  );
});

test("of a body full of ports no more is told than an answer holds", { timeout: 20_000 }, () => {
  assert.ok(warningsOf(Array.from({ length: 100_000 }, () => ({ containerPort: 1 }))).length < 2000);
});

test("annotations of seccomp profiles are told of where no field says what they say", () => {
  const prefix = "seccomp.security.alpha.kubernetes.io/";
  const annotations = Object.fromEntries(
    [`${prefix}pod`, `container.${prefix}a`, `container.${prefix}b`, `container.${prefix}none`].map((key) => [
      key,
      "x",
    ]),
  );
  const containers = [{ name: "a", securityContext: { seccompProfile: { type: "Unconfined" } } }, { name: "b" }];
  const pod = { metadata: { name: "p", annotations }, spec: { containers } } as unknown as corev1.Pod;
  assert.deepEqual(
    podWarnings(pod, { dryRun: false, now: 0 } as Parameters<typeof podWarnings>[1]),
    [`${prefix}pod`, `container.${prefix}b`].map(
      (key) => `metadata.annotations[${key}]: non-functional in v1.27+; use the "seccompProfile" field instead`,
    ),
  );
});

test("annotations of AppArmor are told of in templates, container by container; a pod's were told of when it was made", () => {
  const prefix = "container.apparmor.security.beta.kubernetes.io/";
  const annotations = { [`${prefix}a`]: "x", [`${prefix}b`]: "x" };
  const own = { securityContext: { appArmorProfile: { type: "Unconfined" } } };
  const warned = (spec: object, place: string) => podSpecWarnings(spec as corev1.PodSpec, annotations, place);
  const one = { containers: [{ name: "a", ...own }, { name: "b" }] };
  assert.deepEqual(warned(one, "template."), [
    `template.metadata.annotations[${prefix}b]: deprecated since v1.30; use the "appArmorProfile" field instead`,
  ]);
  assert.deepEqual([warned({ ...one, ...own }, "template."), warned(one, "")], [[], []]);
});
