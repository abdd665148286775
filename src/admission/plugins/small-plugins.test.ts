import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type corev1, resources } from "../../api/mod.ts";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { FakeClock } from "../../client/mod.ts";
import { ask, nobodyMayAnything, pod, refusal } from "../testing/ask.ts";
import { alwaysAdmit, alwaysDeny } from "./always.ts";
import { denyServiceExternalIPs } from "./deny-service-external-ips.ts";
import { extendedResourceToleration } from "./extended-resource-toleration.ts";
import { limitPodHardAntiAffinityTopology } from "./limit-pod-hard-anti-affinity-topology.ts";
import { NamespaceAutoProvision } from "./namespace-auto-provision.ts";
import { NamespaceExists } from "./namespace-exists.ts";

const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const cluster = new MemoryCluster([namespace("shop")]);
const { client, informers } = cluster;
const context = { client, informers, clock: new FakeClock(0), authorizer: nobodyMayAnything };
const autoProvision = new NamespaceAutoProvision(context);
const exists = new NamespaceExists(context);

before(() => cluster.start());
after(() => cluster.close());

test("everything is let through, or nothing", async () => {
  await ask(alwaysAdmit, { object: pod("p") });
  assert.equal(
    await refusal(alwaysDeny, { object: pod("p") }),
    'pods "p" is forbidden: admission control is denying all modifications',
  );
});

test("a service gets no external address and may keep or lose those it has", async () => {
  const service = (...externalIPs: string[]) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "s", namespace: "shop" },
    spec: { externalIPs },
  });
  const message = 'services "s" is forbidden: Use of external IPs is denied by admission control';
  assert.equal(await refusal(denyServiceExternalIPs, { object: service("1.2.3.4") }), message);
  const two = service("1.2.3.4", "1.2.3.5");
  assert.equal(await refusal(denyServiceExternalIPs, { object: two, oldObject: service("1.2.3.4") }), message);
  await ask(denyServiceExternalIPs, { object: service("1.2.3.5"), oldObject: two });
  await ask(denyServiceExternalIPs, { object: service() });
});

test("a pod may keep others off its node, and off nothing greater", async () => {
  const apart = (...keys: string[]) => {
    const terms = keys.map((topologyKey) => ({ topologyKey, labelSelector: {} }));
    return pod("p", { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } });
  };
  await ask(limitPodHardAntiAffinityTopology, { object: apart("kubernetes.io/hostname") });
  assert.equal(
    await refusal(limitPodHardAntiAffinityTopology, { object: apart("kubernetes.io/hostname", "zone") }),
    'pods "p" is forbidden: affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey zone but only key kubernetes.io/hostname is allowed',
  );
});

test("a pod tolerates the taints that are named as the devices it asks for", async () => {
  const asks = (...names: string[]) => ({ requests: Object.fromEntries(names.map((name) => [name, "1"])) });
  const tolerated = { key: "example.com/a", operator: "Exists", effect: "NoSchedule" };
  const made = await ask<corev1.Pod>(extendedResourceToleration, {
    object: pod("p", {
      containers: [
        { name: "c", image: "x", resources: asks("cpu", "hugepages-2Mi", "example.com/b", "example.com/a") },
      ],
      initContainers: [{ name: "i", image: "x", resources: asks("example.com/c", "x.kubernetes.io/d") }],
      tolerations: [tolerated],
    }),
  });
  const keys = made.spec.tolerations!.map(({ key }) => key);
  assert.deepEqual(keys, ["example.com/a", "example.com/b", "example.com/c"]);
  assert.deepEqual(made.spec.tolerations![1], { ...tolerated, key: "example.com/b" });
});

test("a namespace is made for what is made in it, but not for a dry run", async () => {
  const object = { ...pod("p"), metadata: { name: "p", namespace: "new" } };
  await ask(autoProvision, { object, dryRun: true });
  await assert.rejects(client.resource(resources.namespaces).get("new"), { code: 404 });
  await ask(autoProvision, { object });
  assert.equal((await client.resource(resources.namespaces).get("new")).metadata.name, "new");
});

test("nothing is written in a namespace that is not there", async () => {
  await ask(exists, { object: pod("p") });
  const object = { ...pod("p"), metadata: { name: "p", namespace: "nowhere" } };
  assert.equal(await refusal(exists, { object }), 'namespaces "nowhere" not found');
});
