/** Custom resources under the controllers that work on every resource: their definitions come and go while those run. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type KubernetesObject, type ResourceInfo, resources } from "../../src/api/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

let cluster: Harness;

before(async () => {
  cluster = await startHarness({ withoutPodRunner: true });
});
after(() => cluster.stop());

/** The only group version of a kind, and its resource; established. */
async function define(kind: string, version: string): Promise<ResourceInfo<KubernetesObject>> {
  const plural = `${kind.toLowerCase()}s`;
  const group = "custom.io";
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } } as const;
  const name = `${plural}.${group}`;
  await cluster.client.resource(resources.customresourcedefinitions).create({
    metadata: { name },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural, kind },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  });
  await cluster.until(resources.customresourcedefinitions, { name }, ({ status }) =>
    Boolean(status?.conditions?.some(({ type, status: state }) => type === "Established" && state === "True")),
  );
  const apiVersion = `${group}/${version}`;
  const info = { group, version, apiVersion, resource: plural, kind, listKind: `${kind}List`, namespaced: true };
  return {
    ...resources.configmaps,
    ...info,
    schema: undefined,
    listSchema: undefined,
  } as ResourceInfo<KubernetesObject>;
}

function make(info: ResourceInfo<KubernetesObject>, namespace: string, name: string, more: object = {}) {
  const { apiVersion, kind } = info;
  return cluster.client.resource(info).create({ apiVersion, kind, metadata: { name, namespace, ...more } });
}

const refer = ({ apiVersion, kind, metadata: { name, uid } }: KubernetesObject) => ({ apiVersion, kind, name, uid });

test("what a new kind of owner leaves behind goes, and it goes with owners of other kinds", async () => {
  await cluster.addNamespace("owned");
  const things = await define("Thing", "v1");
  const owner = await make(things, "owned", "owner");
  const maps = cluster.client.resource(resources.configmaps);
  const map = await maps.create({ metadata: { name: "m", namespace: "owned", ownerReferences: [refer(owner)] } });
  await make(things, "owned", "below", { ownerReferences: [refer({ ...map, apiVersion: "v1", kind: "ConfigMap" })] });
  await cluster.client.resource(things).delete("owner", { namespace: "owned" });
  await cluster.untilAll(things, "owned", (all) => all.length === 0);
  await cluster.untilAll(resources.configmaps, "owned", (all) => !all.some(({ metadata }) => metadata.name === "m"));
});

test("a namespace takes objects of every version of a group along", async () => {
  await cluster.addNamespace("leaving");
  const [first, second] = [await define("Stable", "v1"), await define("Early", "v1alpha1")];
  await make(first, "leaving", "one");
  await make(second, "leaving", "two");
  await cluster.client.resource(resources.namespaces).delete("leaving");
  await cluster.untilAll(
    resources.namespaces,
    undefined,
    (all) => !all.some(({ metadata }) => metadata.name === "leaving"),
  );
  assert.deepEqual((await cluster.client.resource(second).list({})).items, []);
});

test("a definition that goes takes its objects along, and what they own goes after them", async () => {
  await cluster.addNamespace("undone");
  const shorts = await define("Short", "v1");
  // Whoever is deleted before the collector knows the kind is not missed by it, here as upstream: it must have learnt of it.
  const maps = cluster.client.resource(resources.configmaps);
  const nobody = { apiVersion: shorts.apiVersion, kind: shorts.kind, name: "nobody", uid: "no-such-uid" };
  await maps.create({ metadata: { name: "known", namespace: "undone", ownerReferences: [nobody] } });
  await cluster.untilAll(
    resources.configmaps,
    "undone",
    (all) => !all.some(({ metadata }) => metadata.name === "known"),
  );
  const owner = await make(shorts, "undone", "owner");
  await maps.create({ metadata: { name: "m", namespace: "undone", ownerReferences: [refer(owner)] } });
  await cluster.client.resource(resources.customresourcedefinitions).delete("shorts.custom.io");
  await cluster.untilAll(
    resources.customresourcedefinitions,
    undefined,
    (all) => !all.some(({ metadata }) => metadata.name === "shorts.custom.io"),
  );
  await cluster.untilAll(resources.configmaps, "undone", (all) => !all.some(({ metadata }) => metadata.name === "m"));
});
