import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type KubernetesObject, type ResourceInfo, resources } from "../../../../api/mod.ts";
import { Cluster } from "../../../../cluster/mod.ts";
import { type StorageVersionMigration, storageVersionMigrations } from "./schema.ts";

let cluster: Cluster;

before(async () => {
  cluster = await Cluster.start({ nodes: 0, runtimeConfig: "storagemigration.k8s.io/v1beta1=true" });
});
after(() => cluster.stop());

/** A custom resource in two versions, of which one is stored. */
function toyDefinition(stored: "v1" | "v2") {
  const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const version = (name: string) => ({ name, served: true, storage: name === stored, schema: { openAPIV3Schema } });
  return {
    metadata: { name: "toys.example.dev" },
    spec: {
      group: "example.dev",
      scope: "Namespaced",
      names: { plural: "toys", singular: "toy", kind: "Toy", listKind: "ToyList" },
      versions: [version("v1"), version("v2")],
    },
  } as const;
}

function toys(version: string): ResourceInfo<KubernetesObject> {
  const names = { resource: "toys", singular: "toy", kind: "Toy", listKind: "ToyList" };
  const none = { shortNames: [], categories: [], subresources: [], schema: undefined, listSchema: undefined };
  const apiVersion = `example.dev/${version}`;
  return { ...names, ...none, group: "example.dev", version, apiVersion, namespaced: true, verbs: [] };
}

/** Follows one object until it is as wanted. */
async function until<T extends KubernetesObject>(
  resource: ResourceInfo<T>,
  name: string,
  condition: (object: T) => boolean,
): Promise<T> {
  const objects = cluster.client.resource(resource);
  const signal = AbortSignal.timeout(20_000);
  const watch = objects.watch({
    fieldSelector: `metadata.name=${name}`,
    sendInitialEvents: true,
    allowWatchBookmarks: true,
    resourceVersionMatch: "NotOlderThan",
    signal,
  });
  for await (const { type, object } of watch) if (type !== "BOOKMARK" && condition(object)) return object;
  throw new Error(`${name} did not come to what was waited for`);
}

const conditionsOf = ({ status }: StorageVersionMigration) =>
  (status?.conditions ?? []).map(({ type, status: state, reason, message }) =>
    [type, state, reason, message].join("|"),
  );

const hasEnded = ({ status }: StorageVersionMigration) =>
  (status?.conditions ?? []).some(({ type, status: state }) => type !== "Running" && state === "True");

function migrate(name: string, group: string, resource: string): Promise<StorageVersionMigration> {
  const spec = { resource: { group, resource } };
  return cluster.client.resource(storageVersionMigrations).create({ metadata: { name }, spec });
}

test("after a migration every object of a custom resource is stored in the new storage version", async () => {
  const definitions = cluster.client.resource(resources.customresourcedefinitions);
  await definitions.create(toyDefinition("v1") as never);
  const isEstablished =
    (type: string) =>
    ({ status }: { status?: { conditions?: readonly { type: string; status: string }[] } }) =>
      (status?.conditions ?? []).some((one) => one.type === type && one.status === "True");
  await until(resources.customresourcedefinitions, "toys.example.dev", isEstablished("Established"));
  for (const name of ["one", "two", "three"])
    await cluster.client
      .resource(toys("v1"))
      .create({ metadata: { name, namespace: "default" }, spec: { name } } as never);
  const definition = await definitions.get("toys.example.dev");
  await definitions.update({
    ...definition,
    spec: { ...definition.spec, versions: toyDefinition("v2").spec.versions as never },
  });
  await until(
    resources.customresourcedefinitions,
    "toys.example.dev",
    ({ status }) => (status?.storedVersions ?? []).join() === "v1,v2",
  );
  const before = await cluster.client.resource(toys("v2")).list();

  await migrate("toys", "example.dev", "toys");
  const ended = await until(storageVersionMigrations, "toys", hasEnded);

  assert.deepEqual(conditionsOf(ended), [
    "Running|False|MigrationCompleted|Migration completed",
    "Succeeded|True|StorageVersionMigrationSucceeded|",
  ]);
  assert.match(ended.status?.resourceVersion ?? "", /^\d+$/);
  const rewritten = await cluster.client.resource(toys("v2")).list();
  assert.equal(rewritten.items.length, 3);
  for (const [position, { metadata }] of rewritten.items.entries()) {
    const old = before.items[position]!.metadata;
    assert.notEqual(metadata.resourceVersion, old.resourceVersion);
    assert.deepEqual([metadata.generation, metadata.managedFields], [old.generation, old.managedFields]);
  }
  const { status } = await definitions.get("toys.example.dev");
  assert.deepEqual(status?.storedVersions, ["v2"]);
  const note = status?.conditions?.find(({ type }) => type === "StorageMigrating");
  assert.deepEqual([note?.status, note?.reason], ["False", "MigrationSucceeded"]);

  await definitions.update({
    ...(await definitions.get("toys.example.dev")),
    spec: { ...definition.spec, versions: toyDefinition("v2").spec.versions.slice(1) as never },
  });
  const alone = await cluster.client.resource(toys("v2")).list();
  assert.equal(alone.items.length, 3, "the old version can be dropped");
});

test("what is stored as it should be is left alone", async () => {
  const before = await cluster.client.resource(resources.configmaps).list();
  await migrate("config", "", "configmaps");
  await until(storageVersionMigrations, "config", hasEnded);
  const after = await cluster.client.resource(resources.configmaps).list();
  assert.deepEqual(after.items, before.items);
});

test("a resource that cannot be rewritten ends the migration, with the reason", async () => {
  await migrate("reviews", "authentication.k8s.io", "tokenreviews");
  const ended = await until(storageVersionMigrations, "reviews", hasEnded);
  assert.deepEqual(conditionsOf(ended), [
    "Running|False|MigrationCompleted|Migration completed",
    'Failed|True|StorageVersionMigrationFailed|resource "authentication.k8s.io/v1, Resource=tokenreviews" does not support discovery operations: [update patch list]',
  ]);
});
