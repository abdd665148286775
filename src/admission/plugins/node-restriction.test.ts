import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { resources } from "../../api/mod.ts";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { FakeClock } from "../../client/mod.ts";
import { ask, nobodyMayAnything as authorizer, pod, type Question, refusal } from "../testing/ask.ts";
import { NodeRestriction } from "./node-restriction.ts";

const node = { apiVersion: "v1", kind: "Node", metadata: { name: "one", labels: {} }, spec: {} };
const cluster = new MemoryCluster([node, pod("mine", { nodeName: "one" }), pod("theirs", { nodeName: "two" })]);
const context = { client: cluster.client, informers: cluster.informers, clock: new FakeClock(0), authorizer };
const plugin = new NodeRestriction(context);
const user = { name: "system:node:one", groups: ["system:nodes"] };

before(() => cluster.start());
after(() => cluster.close());

/** The refusal's text behind the object's name. */
async function why(question: Question): Promise<string> {
  return (await refusal(plugin, { user, ...question })).replace(/^.* is forbidden: /, "");
}

const labelled = (labels: object) => ({ ...node, metadata: { name: "one", labels } });

test("a node changes its own Node, and there only what is its own", async () => {
  const change = (object: object) => ({ object, oldObject: node, user });
  await ask(plugin, change(labelled({ colour: "red", "kubernetes.io/hostname": "one", "node.kubernetes.io/x": "" })));
  assert.equal(
    await why(change(labelled({ "foo.kubernetes.io/x": "", "bar.k8s.io/y": "" }))),
    "is not allowed to modify labels: bar.k8s.io/y, foo.kubernetes.io/x",
  );
  assert.equal(
    await why(change({ ...node, spec: { taints: [{ key: "a", effect: "NoSchedule" }] } })),
    'node "one" is not allowed to modify taints',
  );
  assert.equal(
    await why({ object: { ...node, metadata: { name: "two" } } }),
    'node "one" is not allowed to modify node "two"',
  );
});

test("a node creates mirror pods of itself alone", async () => {
  const owner = { apiVersion: "v1", kind: "Node", name: "one", uid: "uid-of-one", controller: true };
  const mirror = (spec: object = {}, metadata: object = {}) => ({
    object: pod(
      "m",
      { nodeName: "one", ...spec },
      { annotations: { "kubernetes.io/config.mirror": "x" }, ownerReferences: [owner], ...metadata },
    ),
  });
  await ask(plugin, { user, ...mirror() });
  assert.equal(
    await why(mirror({}, { annotations: {} })),
    'pod does not have "kubernetes.io/config.mirror" annotation, node "one" can only create mirror pods',
  );
  assert.equal(
    await why(mirror({ nodeName: "two" })),
    'node "one" can only create pods with spec.nodeName set to itself',
  );
  assert.equal(
    await why(mirror({}, { ownerReferences: [] })),
    'node "one" can only create pods with an owner reference set to itself',
  );
  assert.equal(
    await why(mirror({}, { ownerReferences: [{ ...owner, uid: "x" }] })),
    "node one UID mismatch: expected x got uid-of-one",
  );
  assert.equal(
    await why(mirror({ volumes: [{ name: "v", configMap: { name: "x" } }] })),
    'node "one" can not create pods that reference configmaps',
  );
});

test("a node writes status of, deletes and evicts its own pods", async () => {
  const [mine, theirs] = [pod("mine", { nodeName: "one" }), pod("theirs", { nodeName: "two" })];
  const status = (object: object) => ({ object, oldObject: object, subresource: "status", user });
  await ask(plugin, status(mine));
  const labelled = (labels: object) => pod("mine", { nodeName: "one" }, { labels });
  const [stored, sent] = [labelled({ b: "1", a: "2" }), labelled({ a: "2", b: "1" })];
  await ask(plugin, { ...status(stored), object: sent });
  assert.equal(
    await why(status(theirs)),
    'node "one" can only update pod status for pods with spec.nodeName set to itself',
  );
  assert.equal(
    await why({ ...status(mine), object: pod("mine", { nodeName: "one" }, { labels: { a: "b" } }) }),
    'node "one" cannot update labels through pod status',
  );
  await ask(plugin, { operation: "DELETE", oldObject: mine, user });
  assert.equal(
    await why({ operation: "DELETE", oldObject: theirs }),
    'node "one" can only delete pods with spec.nodeName set to itself',
  );
  const eviction = (name: string) => ({
    object: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "shop" } },
    resource: resources.pods as never,
    subresource: "eviction",
    user,
  });
  await ask(plugin, eviction("mine"));
  assert.equal(await why(eviction("theirs")), "node one can only evict pods with spec.nodeName set to itself");
});

test("a node asks for tokens bound to its own pods", async () => {
  const token = (boundObjectRef?: object, audiences: string[] = []) => ({
    object: {
      kind: "TokenRequest",
      metadata: { name: "default", namespace: "shop" },
      spec: { boundObjectRef, audiences },
    },
    operation: "CREATE" as const,
    resource: resources.serviceaccounts as never,
    subresource: "token",
  });
  const bound = (name: string, uid: string) => ({ kind: "Pod", apiVersion: "v1", name, uid });
  await ask(plugin, { user, ...token(bound("mine", "uid-of-mine")) });
  assert.equal(await why(token()), "node requested token not bound to a pod");
  assert.equal(
    await why(token({ kind: "Pod", apiVersion: "v1", name: "mine" })),
    "node requested token with a pod binding without a uid",
  );
  assert.equal(
    await why(token(bound("theirs", "uid-of-theirs"))),
    "node requested token bound to a pod scheduled on a different node",
  );
  assert.equal(await why(token(bound("nobody", "x"))), 'pod "nobody" not found');
  assert.equal(
    await why(token(bound("mine", "uid-of-mine"), ["vault"])),
    'audience "vault" not found in pod spec volume, system:node:one is not authorized to request tokens for this audience',
  );
});

test("leases and CSINodes go by the node's name", async () => {
  const lease = (name: string, namespace = "kube-node-lease") => ({
    object: { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace } },
  });
  await ask(plugin, { user, ...lease("one") });
  assert.equal(await why(lease("two")), "can only access node lease with the same name as the requesting node");
  const csiNode = { apiVersion: "storage.k8s.io/v1", kind: "CSINode", metadata: { name: "two" } };
  assert.equal(await why({ object: csiNode }), "can only access CSINode with the same name as the requesting node");
});

test("who is no node is not restricted", async () => {
  await ask(plugin, { object: { ...node, metadata: { name: "two" } } });
});
