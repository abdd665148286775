import assert from "node:assert/strict";
import { test } from "node:test";
import type { rbacv1 } from "../api/mod.ts";
import { aggregatedRules } from "./cluster-role-aggregation.ts";

const view = { "to-view": "true" };
const rule = (name: string): rbacv1.PolicyRule => ({ apiGroups: [""], resources: [name], verbs: ["get"] });

function role(name: string, rules: rbacv1.PolicyRule[], labels = {}): rbacv1.ClusterRole {
  const metadata = { name, labels };
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata, rules } as rbacv1.ClusterRole;
}

test("an aggregated role has the rules of the roles that it selects, each once, and not its own", () => {
  const roles = [
    role("b", [rule("secrets"), rule("pods")], view),
    role("a", [rule("pods")], view),
    role("c", [rule("nodes")]),
  ];
  const selecting = {
    ...role("view", [rule("stale")], view),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: view }] },
  };
  assert.deepEqual(aggregatedRules(selecting, [...roles, selecting]), [rule("pods"), rule("secrets")]);
});
