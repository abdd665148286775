import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { RbacAuthorizer, RbacIndex } from "../../auth/mod.ts";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { ServedKinds } from "../served-kinds.ts";
import { ask, refusal } from "../testing/ask.ts";
import { OwnerReferencesPermissionEnforcement } from "./owner-references-permission-enforcement.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";
const metadata = (name: string) => ({ name, namespace: "shop" });
const allowed = (name: string, user: string, resource: string, verb: string) => [
  {
    apiVersion,
    kind: "Role",
    metadata: metadata(name),
    rules: [{ apiGroups: [""], resources: [resource], verbs: [verb] }],
  },
  {
    apiVersion,
    kind: "RoleBinding",
    metadata: metadata(name),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [{ kind: "User", name: user }],
  },
];
const widgets = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "configmaps.example.com" },
  spec: {
    group: "example.com",
    names: { kind: "Widget", plural: "widgets" },
    scope: "Namespaced",
    versions: [{ name: "v1", served: true }],
  },
};
const cluster = new MemoryCluster([
  ...allowed("a", "joe", "configmaps", "delete"),
  ...allowed("b", "ann", "configmaps", "delete"),
  ...allowed("c", "ann", "pods/finalizers", "update"),
  widgets,
]);
const index = new RbacIndex();
index.follow(cluster.informers);
const authorizer = new RbacAuthorizer(index);
const plugin = new OwnerReferencesPermissionEnforcement({ authorizer }, new ServedKinds(cluster.informers));

before(() => cluster.start());
after(() => cluster.close());

const user = (name: string) => ({ name, groups: [] });
const owner = { apiVersion: "v1", kind: "Pod", name: "o", uid: "1" };
const blocking = { ...owner, blockOwnerDeletion: true };
const map = (...ownerReferences: object[]) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { ...metadata("m"), ownerReferences },
});

test("who may not delete an object may not change its owners, and may change what else it has", async () => {
  const change = { object: map(owner), oldObject: map(), user: user("jane") };
  assert.equal(
    await refusal(plugin, change),
    `configmaps "m" is forbidden: cannot set an ownerRef on a resource you can't delete: , <nil>`,
  );
  assert.match(await refusal(plugin, { ...change, object: map(), oldObject: map(owner) }), /can't delete/);
  await ask(plugin, { ...change, user: user("joe") });
  await ask(plugin, { ...change, object: map(blocking), oldObject: map(blocking) });
  await ask(plugin, { object: map(owner), user: user("jane") });
});

test("who holds up the deletion of an owner must be allowed to set its finalizers", async () => {
  const change = { object: map(blocking), oldObject: map(owner), user: user("joe") };
  const why =
    "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>";
  assert.equal(await refusal(plugin, change), `configmaps "m" is forbidden: ${why}`);
  assert.match(await refusal(plugin, { object: map(blocking), user: user("jane") }), /set finalizers on/);
  await ask(plugin, { ...change, user: user("ann") });
  await ask(plugin, { ...change, object: map(owner), oldObject: map(blocking) });
  await ask(plugin, { ...change, object: map({ ...blocking, name: "p" }), oldObject: map(blocking) });
});

test("an owner of a kind that nobody serves holds nothing up; one of a custom kind may", async () => {
  const custom = { ...blocking, apiVersion: "example.com/v1", kind: "Widget" };
  assert.match(await refusal(plugin, { object: map(custom), user: user("ann") }), /set finalizers on/);
  assert.equal(
    await refusal(plugin, { object: map({ ...custom, kind: "Foo" }), user: user("ann") }),
    'configmaps "m" is forbidden: cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion example.com/v1 Kind Foo: no matches for kind "Foo" in version "example.com/v1"',
  );
});
