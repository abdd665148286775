import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { resources } from "../../api/mod.ts";
import type { AuthorizationAttributes } from "../contract.ts";
import { MemoryCluster } from "../testing/memory-cluster.ts";
import { NodeAuthorizer } from "./node.ts";
import { NodeRelations } from "./node-relations.ts";

type Resource = NonNullable<AuthorizationAttributes["resource"]>;

function pod(name: string, nodeName: string, spec: object) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop" },
    spec: { containers: [], nodeName, ...spec },
  };
}

const cluster = new MemoryCluster([
  pod("web", "one", {
    serviceAccountName: "default",
    containers: [{ name: "c", envFrom: [{ configMapRef: { name: "settings" } }] }],
    imagePullSecrets: [{ name: "registry" }],
    volumes: [
      { name: "a", secret: { secretName: "keys" } },
      { name: "b", projected: { sources: [{ configMap: { name: "kube-root-ca.crt" } }] } },
      { name: "c", persistentVolumeClaim: { claimName: "data" } },
      { name: "d", ephemeral: {} },
    ],
  }),
  pod("other", "two", { volumes: [{ name: "a", secret: { secretName: "theirs" } }] }),
  {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "disk" },
    spec: {
      claimRef: { namespace: "shop", name: "data" },
      csi: { nodeStageSecretRef: { namespace: "vault", name: "unlock" } },
    },
  },
]);
const authorizer = new NodeAuthorizer(new NodeRelations(cluster.informers));

before(() => cluster.start());
after(() => cluster.close());

function decide(verb: string, resource: Partial<Resource>) {
  const user = { name: "system:node:one", groups: ["system:nodes", "system:authenticated"] };
  const full = { group: "", version: "v1", resource: "", ...resource };
  const { decision, reason } = authorizer.authorize({ user, verb, resource: full });
  return decision === "allow" ? "allow" : (reason ?? "");
}

const shop = { namespace: "shop" };
const unrelated = "no relationship found between node 'one' and this object";

test("a node reads what its pods name, and nothing else of the kind", () => {
  const needed = [
    { resource: "secrets", name: "keys", ...shop },
    { resource: "secrets", name: "registry", ...shop },
    { resource: "secrets", name: "unlock", namespace: "vault" },
    { resource: "configmaps", name: "settings", ...shop },
    { resource: "configmaps", name: "kube-root-ca.crt", ...shop },
    { resource: "persistentvolumeclaims", name: "data", ...shop },
    { resource: "persistentvolumeclaims", name: "web-d", ...shop },
    { resource: "persistentvolumes", name: "disk" },
    { resource: "serviceaccounts", name: "default", ...shop },
    { resource: "pods", name: "web", ...shop },
  ];
  for (const resource of needed) assert.equal(decide("get", resource), "allow", JSON.stringify(resource));
  const foreign = [
    { resource: "secrets", name: "theirs", ...shop },
    { resource: "secrets", name: "keys", namespace: "other" },
    { resource: "configmaps", name: "theirs", ...shop },
    { resource: "persistentvolumes", name: "other" },
    { resource: "pods", name: "other", ...shop },
  ];
  for (const resource of foreign) assert.equal(decide("get", resource), unrelated, JSON.stringify(resource));
});

test("lists are allowed for one name or for the node's own pods", () => {
  assert.equal(
    decide("watch", { resource: "secrets", name: "keys", fieldSelector: "metadata.name=keys", ...shop }),
    "allow",
  );
  assert.equal(decide("list", { resource: "secrets", ...shop }), "No Object name found");
  assert.equal(decide("list", { resource: "secrets" }), "can only read namespaced object of this type");
  assert.equal(
    decide("delete", { resource: "secrets", name: "keys", ...shop }),
    "can only read resources of this type",
  );
  assert.equal(decide("list", { resource: "pods", fieldSelector: "spec.nodeName=one" }), "allow");
  const selector = "can only list/watch pods with spec.nodeName field selector";
  assert.equal(decide("list", { resource: "pods", fieldSelector: "spec.nodeName=two" }), selector);
  assert.equal(decide("list", { resource: "pods" }), selector);
});

test("a node reads and writes its own Node, lease and CSINode", () => {
  const leases = { group: "coordination.k8s.io", resource: "leases", namespace: "kube-node-lease" };
  const csi = { group: "storage.k8s.io", resource: "csinodes" };
  assert.equal(decide("get", { resource: "nodes", name: "one" }), "allow");
  assert.equal(decide("patch", { resource: "nodes", subresource: "status", name: "one" }), "allow");
  assert.equal(decide("update", { ...leases, name: "one" }), "allow");
  assert.equal(decide("create", leases), "allow");
  assert.equal(decide("get", { ...csi, name: "one" }), "allow");
  assert.equal(
    decide("get", { resource: "nodes", name: "two" }),
    "node 'one' cannot read 'two', only its own Node object",
  );
  assert.equal(decide("list", { resource: "nodes" }), "node 'one' cannot read all nodes, only its own Node object");
  assert.equal(decide("delete", { resource: "nodes", name: "one" }), "");
  assert.equal(
    decide("get", { ...leases, name: "two" }),
    "can only access node lease with the same name as the requesting node",
  );
  assert.equal(
    decide("get", { ...leases, namespace: "default", name: "one" }),
    'can only access leases in the "kube-node-lease" system namespace',
  );
  assert.equal(decide("list", leases), "can only get, create, update, patch, or delete a node lease");
  assert.equal(
    decide("get", { ...csi, name: "two" }),
    "can only access CSINode with the same name as the requesting node",
  );
});

test("a node makes tokens for the accounts of its pods", () => {
  const token = { resource: "serviceaccounts", subresource: "token", ...shop };
  assert.equal(decide("create", { ...token, name: "default" }), "allow");
  assert.equal(decide("create", { ...token, name: "other" }), unrelated);
});

test("a node that loses a pod loses what only that pod needed", async () => {
  const late = pod("late", "one", { volumes: [{ name: "a", secret: { secretName: "late" } }] });
  const secret = { resource: "secrets", name: "late", ...shop };
  const informer = cluster.informers.informer(resources.pods);
  const next = (event: "add" | "delete") =>
    new Promise<void>((resolve) => {
      const seen = ({ metadata }: { metadata: { name: string } }) => metadata.name === "late" && resolve();
      informer.addHandler({ [event]: seen });
    });
  const added = next("add");
  cluster.put(late);
  await added;
  assert.equal(decide("get", secret), "allow");
  const removed = next("delete");
  cluster.remove(late);
  await removed;
  assert.equal(decide("get", secret), unrelated);
});

test("a user in the nodes' group without a node's name is told so", () => {
  const user = { name: "system:node:", groups: ["system:nodes"] };
  const resource = { group: "", version: "v1", resource: "nodes", name: "one" };
  assert.deepEqual(authorizer.authorize({ user, verb: "get", resource }), {
    decision: "no-opinion",
    reason: 'unknown node for user "system:node:"',
  });
});
