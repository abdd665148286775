import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type corev1, resources } from "../../api/mod.ts";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { FakeClock } from "../../client/mod.ts";
import { ask, nobodyMayAnything as authorizer, pod, refusal } from "../testing/ask.ts";
import { defaultTolerationSeconds } from "./default-toleration-seconds.ts";
import { NamespaceLifecycle } from "./namespace-lifecycle.ts";
import { Priority } from "./priority.ts";
import { ServiceAccount } from "./service-account.ts";
import { taintNodesByCondition } from "./taint-nodes-by-condition.ts";

const scheduling = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" };

function namespace(name: string, phase: string) {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name }, status: { phase } };
}

function account(name: string, rest: object = {}, annotations = {}) {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: "shop", annotations }, ...rest };
}

const cluster = new MemoryCluster([
  namespace("shop", "Active"),
  namespace("leaving", "Terminating"),
  account("default", { imagePullSecrets: [{ name: "registry" }] }),
  account("silent", { automountServiceAccountToken: false }),
  account("strict", { secrets: [{ name: "known" }] }, { "kubernetes.io/enforce-mountable-secrets": "true" }),
  { ...scheduling, metadata: { name: "high" }, value: 1000, preemptionPolicy: "Never" },
  { ...scheduling, metadata: { name: "usual" }, value: 10, globalDefault: true },
]);
const clock = new FakeClock(Date.parse("2026-01-01T00:00:00Z"));
const context = { client: cluster.client, informers: cluster.informers, clock, authorizer };
const plugins = {
  lifecycle: new NamespaceLifecycle(context),
  account: new ServiceAccount(context),
  priority: new Priority(context),
};

before(() => cluster.start());
after(() => cluster.close());

function configMap(name: string, namespaceName: string) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: namespaceName } };
}

test("nothing is made in a namespace that is missing or terminating", async () => {
  assert.equal(
    await refusal(plugins.lifecycle, { object: configMap("a", "nowhere") }),
    'namespaces "nowhere" not found',
  );
  assert.equal(
    await refusal(plugins.lifecycle, { object: configMap("a", "leaving") }),
    'configmaps "a" is forbidden: unable to create new content in namespace leaving because it is being terminated',
  );
  await ask(plugins.lifecycle, { object: configMap("a", "leaving"), oldObject: configMap("a", "leaving") });
  await ask(plugins.lifecycle, { object: configMap("a", "shop") });
});

test("a namespace that was made a moment ago is found though no cache has it", async () => {
  const late = new MemoryCluster();
  const lifecycle = new NamespaceLifecycle({ client: late.client, informers: late.informers, clock, authorizer });
  late.put(namespace("fresh", "Active"));
  await ask(lifecycle, { object: configMap("a", "fresh") });
});

test("the system's namespaces may not be deleted", async () => {
  const question = { operation: "DELETE", oldObject: namespace("kube-system", "Active") } as const;
  assert.equal(
    await refusal(plugins.lifecycle, question),
    'namespaces "kube-system" is forbidden: this namespace may not be deleted',
  );
});

test("a pod gets the default account, its token and its pull secrets", async () => {
  const made = await ask<corev1.Pod>(plugins.account, { object: pod("web", { initContainers: [{ name: "i" }] }) });
  const [volume] = made.spec.volumes!;
  assert.match(volume!.name, /^kube-api-access-[a-z0-9]{5}$/);
  assert.deepEqual(volume!.projected, {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      {
        downwardAPI: {
          items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
        },
      },
    ],
    defaultMode: 420,
  });
  const mount = { name: volume!.name, readOnly: true, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" };
  assert.deepEqual(made.spec.containers[0]!.volumeMounts, [mount]);
  assert.deepEqual(made.spec.initContainers![0]!.volumeMounts, [mount]);
  assert.equal(made.spec.serviceAccountName, "default");
  assert.equal(made.spec.serviceAccount, "default");
  assert.deepEqual(made.spec.imagePullSecrets, [{ name: "registry" }]);
});

test("a pod that brings its own mount, secrets or refusal keeps them", async () => {
  const own = [{ name: "v", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }];
  const mounted = await ask<corev1.Pod>(plugins.account, {
    object: pod("a", { containers: [{ name: "c", volumeMounts: own }], imagePullSecrets: [{ name: "mine" }] }),
  });
  assert.deepEqual(mounted.spec.containers[0]!.volumeMounts, own);
  assert.equal(mounted.spec.volumes, undefined);
  assert.deepEqual(mounted.spec.imagePullSecrets, [{ name: "mine" }]);
  const silent = await ask<corev1.Pod>(plugins.account, { object: pod("b", { serviceAccountName: "silent" }) });
  assert.equal(silent.spec.volumes, undefined);
  const forced = { serviceAccountName: "silent", automountServiceAccountToken: true };
  assert.equal((await ask<corev1.Pod>(plugins.account, { object: pod("c", forced) })).spec.volumes?.length, 1);
});

test("a missing account is named; a missing default account is waited for", async () => {
  assert.equal(
    await refusal(plugins.account, { object: pod("a", { serviceAccountName: "nobody" }) }),
    'pods "a" is forbidden: error looking up service account shop/nobody: serviceaccount "nobody" not found',
  );
  const fresh = new MemoryCluster();
  const plugin = new ServiceAccount({ client: fresh.client, informers: fresh.informers, clock, authorizer });
  await fresh.start();
  const pending = ask<corev1.Pod>(plugin, { object: pod("b") });
  fresh.put(account("default"));
  assert.equal((await pending).spec.serviceAccountName, "default");
  await fresh.close();
});

test("a strict account lets pods use only the secrets that it lists", async () => {
  const strict = (spec: object) => ({ object: pod("a", { serviceAccountName: "strict", ...spec }) });
  const why = "is not allowed because service account strict does not reference that secret";
  const volume = (secretName: string) => strict({ volumes: [{ name: "v", secret: { secretName } }] });
  await ask(plugins.account, volume("known"));
  assert.equal(
    await refusal(plugins.account, volume("other")),
    `pods "a" is forbidden: volume with secret.secretName="other" ${why}`,
  );
  const env = [{ name: "A", valueFrom: { secretKeyRef: { name: "other", key: "k" } } }];
  assert.equal(
    await refusal(plugins.account, strict({ containers: [{ name: "c", env }] })),
    `pods "a" is forbidden: container c with envVar A referencing secret.secretName="other" ${why}`,
  );
});

test("a mirror pod draws no credentials", async () => {
  const mirror = { annotations: { "kubernetes.io/config.mirror": "hash" } };
  const made = await ask<corev1.Pod>(plugins.account, { object: pod("a", {}, mirror) });
  assert.equal(made.spec.serviceAccountName, undefined);
  assert.equal(
    await refusal(plugins.account, { object: pod("a", { serviceAccountName: "default" }, mirror) }),
    'pods "a" is forbidden: a mirror pod may not reference service accounts',
  );
});

test("a priority class becomes a priority, and contradiction is refused", async () => {
  const priority = async (spec: object) => {
    const made = await ask<corev1.Pod>(plugins.priority, { object: pod("a", spec) });
    return [made.spec.priorityClassName, made.spec.priority, made.spec.preemptionPolicy];
  };
  assert.deepEqual(await priority({ priorityClassName: "high" }), ["high", 1000, "Never"]);
  assert.deepEqual(await priority({}), ["usual", 10, "PreemptLowerPriority"]);
  assert.equal(
    await refusal(plugins.priority, { object: pod("a", { priorityClassName: "none" }) }),
    'pods "a" is forbidden: no PriorityClass with name none was found',
  );
  assert.equal(
    await refusal(plugins.priority, { object: pod("a", { priorityClassName: "high", priority: 5 }) }),
    'pods "a" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 1000 from the given PriorityClass name',
  );
});

test("there is one default priority class", async () => {
  const second = { ...scheduling, metadata: { name: "second" }, value: 1, globalDefault: true };
  assert.equal(
    await refusal(plugins.priority, { object: second }),
    'priorityclasses.scheduling.k8s.io "second" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
  );
});

test("pods tolerate an absent node for five minutes unless they say otherwise", async () => {
  const keys = async (tolerations: object[]) => {
    const made = await ask<corev1.Pod>(defaultTolerationSeconds, { object: pod("a", { tolerations }) });
    return made.spec.tolerations!.map(({ key, tolerationSeconds }) => `${key ?? "*"}:${tolerationSeconds ?? "ever"}`);
  };
  const [notReady, unreachable] = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
  assert.deepEqual(await keys([]), [`${notReady}:300`, `${unreachable}:300`]);
  assert.deepEqual(await keys([{ operator: "Exists" }]), ["*:ever"]);
  const mine = { key: notReady, operator: "Exists", effect: "NoExecute", tolerationSeconds: 5 };
  assert.deepEqual(await keys([mine]), [`${notReady}:5`, `${unreachable}:300`]);
});

test("a new node is tainted until it is known to be ready", async () => {
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: "one" }, spec: {} };
  const made = await ask<corev1.Node>(taintNodesByCondition, { object: node });
  assert.deepEqual(made.spec?.taints, [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }]);
  await ask(taintNodesByCondition, { resource: resources.nodes as never, object: node, subresource: "status" });
});
