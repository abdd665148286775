import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import type { FieldError } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { validatePodTemplate } from "./pod-template-validation.ts";
import { validatePodUpdate } from "./pod-update-validation.ts";
import { validatePod } from "./pod-validation.ts";

const container = {
  name: "c",
  image: "i",
  imagePullPolicy: "Always",
  terminationMessagePolicy: "File",
} as corev1.Container;

function podOf(spec: Partial<corev1.PodSpec>, status?: corev1.PodStatus): corev1.Pod {
  const whole = { containers: [container], restartPolicy: "Always", dnsPolicy: "ClusterFirst", ...spec };
  const metadata = { name: "p", namespace: "n" };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: whole, ...(status && { status }) } as corev1.Pod;
}

function sentences(errors: readonly FieldError[]): string[] {
  return errors.map((error) => `${error.field}: ${error.message}`);
}

const found = (spec: Partial<corev1.PodSpec>) => sentences(validatePod(podOf(spec)));
const withContainer = (more: object) => ({ containers: [{ ...container, ...more } as corev1.Container] });

test("a sound pod has no errors", () => {
  assert.deepEqual(found({}), []);
});

test("a pod needs containers, and containers need an image", () => {
  assert.deepEqual(found({ containers: [] }), ["spec.containers: Required value"]);
  assert.deepEqual(found(withContainer({ image: "" })), ["spec.containers[0].image: Required value"]);
});

test("a pod as a whole asks for no less than its containers, and none of them may use more than it", () => {
  const resources = { requests: { cpu: "1", memory: "1Mi" }, limits: { cpu: "1", "hugepages-2Mi": "4Mi" } };
  const initContainers = [{ ...container, name: "i", resources: { requests: { cpu: "3" } } }];
  const whole = (own: corev1.ResourceRequirements) => ({
    ...withContainer({ resources }),
    initContainers,
    resources: own,
  });
  assert.deepEqual(found(whole({ requests: { cpu: "3", memory: "2Mi" }, limits: { cpu: "4" } })), []);
  const small = { requests: { cpu: "2", "hugepages-2Mi": "2Mi" }, limits: { cpu: "900m", "hugepages-2Mi": "2Mi" } };
  assert.deepEqual(found(whole(small)), [
    'spec.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 900m',
    'spec.resources.requests[cpu]: Invalid value: "2": must be greater than or equal to aggregate container requests of 3',
    'spec.resources.limits[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container limits of 4Mi',
    'spec.resources.containers[0][cpu].limits: Invalid value: "1": must be less than or equal to pod limits of 900m',
    'spec.resources.containers[0][hugepages-2Mi].limits: Invalid value: "4Mi": must be less than or equal to pod limits of 2Mi',
  ]);
});

test("a pod as a whole asks for processors, memory and huge pages alone", () => {
  assert.deepEqual(found({ resources: { limits: { "ephemeral-storage": "1Gi" }, claims: [{ name: "c" }] } }), [
    "spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level",
    'spec.resources.limits[ephemeral-storage]: Unsupported value: "ephemeral-storage": supported values: "cpu", "hugepages-", "memory"',
    'spec.resources.claims[0]: Not found: "c": must be one of the names in pod.spec.resourceClaims which is empty',
  ]);
});

test("words that nobody knows are answered with those that are known", () => {
  assert.deepEqual(found({ restartPolicy: "Maybe" as never }), [
    'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
  ]);
});

test("ports are named once, in range, and taken once on the node", () => {
  const ports = [
    { name: "a", containerPort: 80, hostPort: 80, protocol: "TCP" },
    { name: "a", containerPort: 70_000, hostPort: 80, protocol: "TCP" },
  ];
  assert.deepEqual(found(withContainer({ ports })), [
    'spec.containers[0].ports[1].name: Duplicate value: "a"',
    "spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
    'spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"',
  ]);
});

test("mounts name volumes of the pod", () => {
  const volumes = [{ name: "v", emptyDir: {} }];
  const volumeMounts = [
    { name: "v", mountPath: "/a" },
    { name: "w", mountPath: "/a" },
  ];
  assert.deepEqual(found({ ...withContainer({ volumeMounts }), volumes }), [
    'spec.containers[0].volumeMounts[1].name: Not found: "w"',
    'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
  ]);
});

test("requests do not exceed limits, and what cannot be divided is whole", () => {
  const resources = { limits: { cpu: "1", "a.b/c": "1500m" }, requests: { cpu: "2" } };
  assert.deepEqual(found(withContainer({ resources })), [
    'spec.containers[0].resources.limits[a.b/c]: Invalid value: "1500m": must be an integer',
    'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
  ]);
});

test("a probe has exactly one handler", () => {
  const timing = { timeoutSeconds: 1, periodSeconds: 1, successThreshold: 1, failureThreshold: 1 };
  assert.deepEqual(found(withContainer({ livenessProbe: timing })), [
    "spec.containers[0].livenessProbe: Required value: must specify a handler type",
  ]);
});

const user = { name: "u", groups: [] } as unknown as RequestContext["user"];

function changed(spec: Partial<corev1.PodSpec>, old: Partial<corev1.PodSpec>, subresource?: string): string[] {
  const context = { user, dryRun: false, now: 0, ...(subresource && { subresource }) };
  return sentences(validatePodUpdate(podOf(spec), podOf(old), context));
}

test("of a pod's specification little may change", () => {
  assert.deepEqual(changed(withContainer({ image: "j" }), {}), []);
  assert.deepEqual(changed({ tolerations: [{ key: "a", operator: "Exists" }] }, {}), []);
  assert.match(changed({ hostname: "h" }, {})[0]!, /^spec: Forbidden: pod updates may not change fields other than/);
  assert.deepEqual(changed({ containers: [container, { ...container, name: "d" }] }, {}), [
    "spec.containers: Forbidden: pod updates may not add or remove containers",
  ]);
  assert.deepEqual(changed({}, { tolerations: [{ key: "a", operator: "Exists" }] }), [
    "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
  ]);
});

test("a gate can be opened but not added, and a waiting pod can still be steered", () => {
  const gated = { schedulingGates: [{ name: "a" }] };
  assert.deepEqual(changed({ nodeSelector: { a: "b" } }, gated), []);
  assert.deepEqual(changed({ schedulingGates: [{ name: "b" }] }, gated), [
    "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'",
  ]);
});

test("a resize changes cpu and memory only", () => {
  assert.deepEqual(changed(withContainer({ resources: { limits: { cpu: "1" } } }), {}, "resize"), []);
  assert.deepEqual(changed(withContainer({ image: "j" }), {}, "resize"), [
    "spec: Forbidden: only cpu and memory resources are mutable",
  ]);
});

test("a resize takes no amount away, of the pod, its init containers and its containers", () => {
  const both = { requests: { cpu: "1", memory: "1Mi" }, limits: { cpu: "1", memory: "1Mi" } };
  const memory = { requests: { memory: "1Mi" }, limits: { memory: "1Mi" } };
  const resized = (resources: corev1.ResourceRequirements) => ({
    resources,
    initContainers: [{ ...container, name: "i", resources }],
    containers: [{ ...container, resources }],
  });
  assert.deepEqual(changed(resized(memory), resized(both), "resize"), [
    "spec.resources.requests: Forbidden: pod-level resource requests cannot be removed",
    "spec.resources.limits: Forbidden: pod-level resource limits cannot be removed",
    "spec.initContainers[0].resources.requests: Forbidden: resource requests cannot be removed",
    "spec.initContainers[0].resources.limits: Forbidden: resource limits cannot be removed",
    "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed",
    "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
  ]);
  assert.deepEqual(changed(resized(both), resized(memory), "resize"), []);
  assert.deepEqual(changed({}, { resources: both }, "resize"), [
    "spec.resources: Forbidden: pod-level resources cannot be removed",
  ]);
});

test("a resize changes cpu and memory only of the pod as a whole, too", () => {
  const limits = { cpu: "1", "hugepages-2Mi": "2Mi" };
  const pages = { limits, requests: limits };
  assert.deepEqual(changed({ resources: pages }, { resources: { limits: { cpu: "1" } } }, "resize"), [
    "spec: Forbidden: only cpu and memory resources are mutable at pod-level",
  ]);
});

test("ephemeral containers are added, never taken away", () => {
  const debug = { ...container, name: "d" } as corev1.EphemeralContainer;
  assert.deepEqual(changed({ ephemeralContainers: [debug] }, {}, "ephemeralcontainers"), []);
  assert.match(changed({}, { ephemeralContainers: [debug] }, "ephemeralcontainers")[0]!, /may not be removed/);
});

test("a mirror pod is on a node, and a pod on a node is nominated for no other", () => {
  const mirror = podOf({});
  mirror.metadata.annotations = { "kubernetes.io/config.mirror": "" };
  assert.deepEqual(sentences(validatePod(mirror)), [
    'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "": must set spec.nodeName if mirror pod annotation is set',
  ]);
  const nominate = (nodeName?: string) => {
    const spec = nodeName ? { nodeName } : {};
    const context = { subresource: "status" } as RequestContext;
    return sentences(validatePodUpdate(podOf(spec, { nominatedNodeName: "m" }), podOf(spec, {}), context));
  };
  assert.deepEqual(nominate(), []);
  assert.deepEqual(nominate("n"), [
    "status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node",
  ]);
});

test("annotations that name profiles are judged in pods, their templates and their updates; against the fields once they are made", () => {
  const key = "seccomp.security.alpha.kubernetes.io/pod";
  const annotated = (value: string) => {
    const pod = podOf({ securityContext: { seccompProfile: { type: "RuntimeDefault" } } });
    pod.metadata.annotations = { [key]: value };
    return pod;
  };
  const unknown = `${key}: Invalid value: "odd": must be a valid seccomp profile`;
  const other = "securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match";
  assert.deepEqual(sentences(validatePod(annotated("odd"))), [`metadata.annotations.${unknown}`, `spec.${other}`]);
  assert.deepEqual(sentences(validatePodTemplate(annotated("odd"), field("template"))), [
    `template.annotations.${unknown}`,
    `template.spec.${other}`,
  ]);
  const changed = (value: string, subresource?: string) =>
    sentences(validatePodUpdate(annotated(value), annotated("localhost/a"), { subresource } as RequestContext));
  assert.deepEqual(changed("unconfined"), []);
  assert.deepEqual(new Set(changed("odd")), new Set([`metadata.annotations.${unknown}`]));
  assert.deepEqual(changed("odd", "status"), [`metadata.annotations.${unknown}`]);
});

test("a block device is not where a volume is mounted", () => {
  const lists = { volumeMounts: [{ name: "v", mountPath: "/a" }], volumeDevices: [{ name: "d", devicePath: "/a" }] };
  const volumes = [
    { name: "v", emptyDir: {} },
    { name: "d", persistentVolumeClaim: { claimName: "d" } },
  ];
  assert.deepEqual(found({ ...withContainer(lists), volumes }), [
    'spec.containers[0].volumeMounts[0].mountPath: Invalid value: "/a": must not already exist as a path in volumeDevices',
    'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/a": must not already exist as a path in volumeMounts',
  ]);
});

test("a path that is to stay below where it starts is told of all that leads out of it", () => {
  const subPath = withContainer({ volumeMounts: [{ name: "v", mountPath: "/v", subPath: "/../a" }] });
  assert.deepEqual(found({ ...subPath, volumes: [{ name: "v", emptyDir: {} }] }), [
    'spec.containers[0].volumeMounts.subPath: Invalid value: "/../a": must be a relative path',
    `spec.containers[0].volumeMounts.subPath: Invalid value: "/../a": must not contain '..'`,
  ]);
});
