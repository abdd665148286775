/** What owners leave behind, on a whole API server. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type corev1, type metav1, resources } from "../../src/api/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

let cluster: Harness;
const namespace = "work";

before(async () => {
  cluster = await startHarness({ withoutPodRunner: true });
  await cluster.addNamespace(namespace);
});
after(() => cluster.stop());

const maps = () => cluster.client.resource(resources.configmaps);

function ownedBy(owner: corev1.ConfigMap, blocks = true): metav1.OwnerReference {
  const { name, uid } = owner.metadata;
  return { apiVersion: "v1", kind: "ConfigMap", name, uid, blockOwnerDeletion: blocks };
}

function make(
  name: string,
  owners: metav1.OwnerReference[] = [],
  finalizers: string[] = [],
): Promise<corev1.ConfigMap> {
  const ownerReferences = owners.length > 0 ? { ownerReferences: owners } : {};
  return maps().create({ metadata: { name, namespace, ...ownerReferences, finalizers } });
}

/** Resolves when these names are gone. */
const untilGone = (...names: string[]) =>
  cluster.untilAll(resources.configmaps, namespace, (all) => !all.some((one) => names.includes(one.metadata.name)));

/** Resolves when the collector has seen what was done before: it takes an object away that needs no decision. */
async function untilSettled(): Promise<void> {
  const owner = await make("settle-owner");
  await make("settle-dependent", [ownedBy(owner)]);
  await maps().delete("settle-owner", { namespace });
  await untilGone("settle-owner", "settle-dependent");
}

test("an object whose owner never existed goes", async () => {
  await make("fatherless", [{ apiVersion: "v1", kind: "ConfigMap", name: "nobody", uid: "no-such-uid" }]);
  await untilGone("fatherless");
});

test("an object with an owner of a kind that is not served stays", async () => {
  await make("foreign", [{ apiVersion: "example.com/v1", kind: "Thing", name: "nobody", uid: "no-such-uid-2" }]);
  await untilSettled();
  assert.ok(await maps().get("foreign", { namespace }));
});

test("an object lives by its other owner, and loses the reference to the one that has gone", async () => {
  const [first, second] = [await make("first"), await make("second")];
  await make("shared", [ownedBy(first), ownedBy(second)]);
  await maps().delete("first", { namespace });
  const shared = await cluster.until(
    resources.configmaps,
    { name: "shared", namespace },
    (one) => one.metadata.ownerReferences?.length === 1,
  );
  assert.equal(shared.metadata.ownerReferences?.[0]?.name, "second");
});

test("an object with a living owner and one that waits for its dependents is let go by the second", async () => {
  const [waiting, living] = [await make("waiting"), await make("living")];
  await make("between", [ownedBy(waiting), ownedBy(living)]);
  await maps().delete("waiting", { namespace, propagationPolicy: "Foreground" });
  await untilGone("waiting");
  const between = await maps().get("between", { namespace });
  assert.deepEqual(
    between.metadata.ownerReferences?.map((one) => one.name),
    ["living"],
  );
});

test("a circle of owners does not hold itself up", async () => {
  const one = await make("circle-1");
  const two = await make("circle-2", [ownedBy(one)]);
  const three = await make("circle-3", [ownedBy(two)]);
  const ownerReferences = [ownedBy(three)];
  await maps().patch("circle-1", { metadata: { ownerReferences } }, { type: "merge", namespace });
  await maps().delete("circle-1", { namespace, propagationPolicy: "Foreground" });
  await untilGone("circle-1", "circle-2", "circle-3");
});

test("in the foreground only dependents that block are waited for", async () => {
  const owner = await make("impatient");
  await make("slow", [ownedBy(owner, false)], ["example.com/hold"]);
  await maps().delete("impatient", { namespace, propagationPolicy: "Foreground" });
  await untilGone("impatient");
  await cluster.until(
    resources.configmaps,
    { name: "slow", namespace },
    (one) => one.metadata.deletionTimestamp !== undefined,
  );
  await maps().patch("slow", { metadata: { finalizers: null } }, { type: "merge", namespace });
  await untilGone("slow");
});

test("a dependent that blocks and has a finalizer holds its owner until it is gone", async () => {
  const owner = await make("patient");
  await make("held", [ownedBy(owner)], ["example.com/hold"]);
  await maps().delete("patient", { namespace, propagationPolicy: "Foreground" });
  await cluster.until(
    resources.configmaps,
    { name: "held", namespace },
    (one) => one.metadata.deletionTimestamp !== undefined,
  );
  await untilSettled();
  assert.ok((await maps().get("patient", { namespace })).metadata.deletionTimestamp);
  await maps().patch("held", { metadata: { finalizers: null } }, { type: "merge", namespace });
  await untilGone("held", "patient");
});

test("an owner in another namespace is no owner", async () => {
  await cluster.addNamespace("elsewhere");
  const owner = await maps().create({ metadata: { name: "far", namespace: "elsewhere" } });
  await make("near", [ownedBy(owner)]);
  await untilGone("near");
  assert.ok(await maps().get("far", { namespace: "elsewhere" }));
});

/** Resolves when a child is gone or has but one owner, with the names of its owners. */
async function ownersAtLast(child: string): Promise<string[] | undefined> {
  const ownersOf = (all: readonly corev1.ConfigMap[]) =>
    all.find((one) => one.metadata.name === child)?.metadata.ownerReferences?.map((one) => one.name);
  return ownersOf(await cluster.untilAll(resources.configmaps, namespace, (all) => (ownersOf(all)?.length ?? 0) < 2));
}

test("a reference from another namespace to a living owner takes nothing from that owner's own dependents", async () => {
  await cluster.addNamespace("evil");
  const [owner, second] = [await make("envied"), await make("envied-2")];
  await make("envied-child", [ownedBy(owner), ownedBy(second)]);
  await maps().create({ metadata: { name: "forger", namespace: "evil", ownerReferences: [ownedBy(owner)] } });
  await cluster.untilAll(resources.configmaps, "evil", (all) => !all.some((one) => one.metadata.name === "forger"));
  await maps().delete("envied-2", { namespace });
  assert.deepEqual(await ownersAtLast("envied-child"), ["envied"]);
});

test("a reference with a living owner's uid and another name takes nothing from that owner's dependents", async () => {
  const [owner, second] = [await make("named"), await make("named-2")];
  await make("named-child", [ownedBy(owner), ownedBy(second)]);
  await make("misnamed", [{ ...ownedBy(owner), name: "nobody" }]);
  await untilGone("misnamed");
  await maps().delete("named-2", { namespace });
  assert.deepEqual(await ownersAtLast("named-child"), ["named"]);
});

test("a cluster-wide object stays when a namespaced owner that it names goes", async () => {
  const owner = await make("narrow");
  const roles = cluster.client.resource(resources.clusterroles);
  await roles.create({ metadata: { name: "wide", ownerReferences: [ownedBy(owner)] } });
  await maps().delete("narrow", { namespace });
  await untilGone("narrow");
  await untilSettled();
  assert.ok(await roles.get("wide"));
});

test("a namespace whose content has finalizers says so, and goes when they are off", async () => {
  await make("last", [], ["example.com/hold"]);
  await cluster.client.resource(resources.namespaces).delete(namespace);
  const held = await cluster.until(
    resources.namespaces,
    { name: namespace },
    (one) =>
      one.status?.conditions?.some((c) => c.type === "NamespaceFinalizersRemaining" && c.status === "True") === true,
  );
  const message = held.status?.conditions?.find((one) => one.type === "NamespaceFinalizersRemaining")?.message;
  assert.equal(
    message,
    "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
  );
  await maps().patch("last", { metadata: { finalizers: null } }, { type: "merge", namespace });
  await cluster.untilAll(resources.namespaces, undefined, (all) => !all.some((one) => one.metadata.name === namespace));
});
