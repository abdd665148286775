import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { RbacAuthorizer, RbacIndex } from "../../auth/mod.ts";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { FakeClock } from "../../client/mod.ts";
import { ask, refusal } from "../testing/ask.ts";
import { RoleEscalation } from "./role-escalation.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";
const pods = (...verbs: string[]) => ({ apiGroups: [""], resources: ["pods"], verbs });

function role(name: string, rules: object[]) {
  return { apiVersion, kind: "Role", metadata: { name, namespace: "shop" }, rules };
}

function binding(name: string, kind: string, roleName: string, user = "anybody") {
  return {
    apiVersion,
    kind: "RoleBinding",
    metadata: { name, namespace: "shop" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: roleName },
    subjects: [{ kind: "User", name: user }],
  };
}

const cluster = new MemoryCluster([
  role("own", [pods("get")]),
  role("greater", [pods("get", "delete")]),
  role("binder", [
    { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], resourceNames: ["greater"], verbs: ["bind"] },
  ]),
  binding("a", "Role", "own", "jane"),
  binding("b", "Role", "own", "joe"),
  binding("c", "Role", "binder", "joe"),
]);
const index = new RbacIndex();
index.follow(cluster.informers);
const authorizer = new RbacAuthorizer(index);
const plugin = new RoleEscalation({
  client: cluster.client,
  informers: cluster.informers,
  clock: new FakeClock(0),
  authorizer,
});
const user = (name: string, ...groups: string[]) => ({ name, groups });

before(() => cluster.start());
after(() => cluster.close());

const grants = (name: string) =>
  `user "${name}" (groups=[]) is attempting to grant RBAC permissions not currently held:\n`;

test("a role holds no more than its maker", async () => {
  await ask(plugin, { user: user("jane"), object: role("new", [pods("get")]) });
  assert.equal(
    await refusal(plugin, { user: user("jane"), object: role("new", [pods("get", "delete")]) }),
    `roles.rbac.authorization.k8s.io "new" is forbidden: ${grants("jane")}{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}`,
  );
  await ask(plugin, { user: user("root", "system:masters"), object: role("new", [pods("*")]) });
});

test("a role that grants more is not touched, but for what the garbage collector needs to delete it", async () => {
  const oldObject = role("greater", [pods("get", "delete")]);
  const changed = (metadata: object) => ({ ...oldObject, metadata: { ...oldObject.metadata, ...metadata } });
  await ask(plugin, { user: user("jane"), object: changed({ finalizers: [], resourceVersion: "2" }), oldObject });
  assert.match(
    await refusal(plugin, { user: user("jane"), object: changed({ labels: { a: "b" } }), oldObject }),
    /is attempting to grant RBAC permissions not currently held/,
  );
});

test("a binding needs the rules that it gives, or the right to bind", async () => {
  await ask(plugin, { user: user("jane"), object: binding("new", "Role", "own") });
  assert.match(
    await refusal(plugin, { user: user("jane"), object: binding("new", "Role", "greater") }),
    /^rolebindings.* "new" is forbidden: user "jane" .*Verbs:\["delete"\]\}$/s,
  );
  await ask(plugin, { user: user("joe"), object: binding("new", "Role", "greater") });
  assert.equal(
    await refusal(plugin, { user: user("jane"), object: binding("new", "ClusterRole", "nowhere") }),
    'rolebindings.rbac.authorization.k8s.io "nowhere" not found',
  );
});

test("only who may do everything makes an aggregated role", async () => {
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] };
  const object = { apiVersion, kind: "ClusterRole", metadata: { name: "all" }, rules: [], aggregationRule };
  assert.equal(
    await refusal(plugin, { user: user("jane"), object }),
    'clusterroles.rbac.authorization.k8s.io "all" is forbidden: must have cluster-admin privileges to use the aggregationRule',
  );
  const rules = [{ apiGroups: [""], resources: ["secrets"], verbs: ["escape"] }];
  const more = await refusal(plugin, { user: user("jane"), object: { ...object, rules } });
  assert.match(
    more ?? "",
    /is attempting to grant RBAC permissions not currently held/,
    "what it holds is judged first",
  );
});
