import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { podOf } from "../testing/pods.ts";
import { containerEnvironment } from "./environment.ts";
import { expand } from "./expand.ts";
import { fieldValue, resourceValue } from "./field-reference.ts";
import { configReferences } from "./references.ts";
import { serviceVariables } from "./service-links.ts";

const node = {
  name: "n1",
  addresses: ["192.0.2.1"],
  clusterDns: [],
  clusterDomain: "cluster.local",
  rootDirectory: "/",
  cgroupRoot: "",
  allocatable: { cpu: "4", memory: "8Gi" },
  memoryCapacityBytes: 8 * 1024 ** 3,
};

function serviceOf(name: string, namespace: string, spec: Partial<corev1.ServiceSpec> = {}): corev1.Service {
  return {
    metadata: { name, namespace },
    spec: { clusterIP: "10.96.0.9", ports: [{ port: 6379 }], ...spec },
  } as corev1.Service;
}

const environmentOf = (container: Partial<corev1.Container>, objects: { configMaps?: object; secrets?: object } = {}) =>
  containerEnvironment({
    pod: podOf({ enableServiceLinks: false }),
    container: { name: "main", ...container } as corev1.Container,
    addresses: ["10.0.0.5"],
    node,
    sources: {
      configMap: async (_, name) => (objects.configMaps as Record<string, corev1.ConfigMap> | undefined)?.[name],
      secret: async (_, name) => (objects.secrets as Record<string, corev1.Secret> | undefined)?.[name],
      services: () => [],
    },
  });

test("references are expanded, doubled dollars are one, unknown names stay", () => {
  const known = new Map([["A", "1"]]);
  assert.equal(expand("$(A) $$(A) $(B) $A $", known), "1 $(A) $(B) $A $");
});

test("a variable sees those before it, and its own overrides what a source gave", async () => {
  const env = [
    { name: "A", value: "$(B)" },
    { name: "B", value: "2" },
    { name: "C", value: "$(B)$(KEY)" },
    { name: "KEY", value: "own" },
  ];
  const configMaps = { map: { data: { KEY: "from" } } };
  const result = await environmentOf({ env, envFrom: [{ configMapRef: { name: "map" } }] }, { configMaps });
  assert.deepEqual(Object.fromEntries(result), { A: "$(B)", B: "2", C: "2from", KEY: "own" });
});

test("a missing source or key is named, unless it is optional", async () => {
  const from = (valueFrom: corev1.EnvVarSource) =>
    environmentOf({ env: [{ name: "A", valueFrom }] }, { configMaps: { map: { data: {} } } });
  await assert.rejects(
    from({ configMapKeyRef: { name: "absent", key: "k" } }),
    /^NodeError: configmap "absent" not found$/,
  );
  await assert.rejects(
    from({ configMapKeyRef: { name: "map", key: "k" } }),
    /couldn't find key k in ConfigMap team\/map/,
  );
  await assert.rejects(from({ secretKeyRef: { name: "s", key: "k" } }), /secret "s" not found/);
  assert.equal((await from({ secretKeyRef: { name: "s", key: "k", optional: true } })).has("A"), false);
});

test("fields of the pod and of the node are read by their paths", () => {
  const pod = podOf({ nodeName: "n1", serviceAccountName: "robot" }, { labels: { b: 'two "2"', a: "one" } });
  const read = (path: string) => fieldValue(pod, path, node, ["10.0.0.5", "fd00::5"]);
  assert.equal(read("metadata.labels['a']"), "one");
  assert.equal(read("metadata.labels"), 'a="one"\nb="two \\"2\\""');
  assert.equal(read("status.podIPs"), "10.0.0.5,fd00::5");
  assert.equal(read("status.hostIP"), "192.0.2.1");
  assert.equal(read("spec.serviceAccountName"), "robot");
  assert.throws(() => read("spec.volumes"), /unsupported fieldPath/);
});

test("resources are counted in their divisor, rounded up; a missing limit is the node's", () => {
  const container = { name: "main", resources: { limits: { cpu: "1500m" }, requests: { memory: "100M" } } };
  const pod = podOf({ containers: [container] });
  const read = (resource: string, divisor?: string) =>
    resourceValue(pod, { resource, ...(divisor && { divisor }) }, node, container);
  assert.equal(read("limits.cpu"), "2");
  assert.equal(read("limits.cpu", "1m"), "1500");
  assert.equal(read("requests.memory", "1Mi"), "96");
  assert.equal(read("limits.memory", "1Gi"), "8");
  assert.equal(read("requests.cpu"), "0");
});

test("services are variables for pods of their namespace, the API's for all", () => {
  const services = [
    serviceOf("redis-master", "team", {
      ports: [
        { port: 6379, name: "client" },
        { port: 53, protocol: "UDP" },
      ],
    }),
    serviceOf("other", "elsewhere"),
    serviceOf("headless", "team", { clusterIP: "None" }),
    serviceOf("kubernetes", "default", { clusterIP: "10.96.0.1", ports: [{ port: 443 }] }),
  ];
  const variables = serviceVariables(services, "team", true);
  assert.equal(variables.get("REDIS_MASTER_SERVICE_HOST"), "10.96.0.9");
  assert.equal(variables.get("REDIS_MASTER_SERVICE_PORT_CLIENT"), "6379");
  assert.equal(variables.get("REDIS_MASTER_PORT_53_UDP"), "udp://10.96.0.9:53");
  assert.equal(variables.get("KUBERNETES_SERVICE_HOST"), "10.96.0.1");
  assert.equal(variables.has("OTHER_SERVICE_HOST") || variables.has("HEADLESS_SERVICE_HOST"), false);
  assert.deepEqual(
    [...serviceVariables(services, "team", false).keys()].filter((name) => name.startsWith("REDIS")),
    [],
  );
});

test("everything that a pod refers to is found once", () => {
  const pod = podOf({
    imagePullSecrets: [{ name: "pull" }],
    volumes: [
      { name: "a", configMap: { name: "map" } },
      { name: "b", projected: { sources: [{ secret: { name: "key" } }, { configMap: { name: "map" } }] } },
    ],
    containers: [
      {
        name: "main",
        envFrom: [{ secretRef: { name: "env" } }],
        env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "map", key: "k" } } }],
      },
    ],
  });
  const names = configReferences(pod).map(({ kind, name }) => `${kind}/${name}`);
  assert.deepEqual(names.sort(), ["ConfigMap/map", "Secret/env", "Secret/key", "Secret/pull"]);
});
