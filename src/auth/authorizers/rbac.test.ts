import assert from "node:assert/strict";
import { test } from "node:test";
import type { rbacv1 } from "../../api/mod.ts";
import type { AuthorizationAttributes, Decision, User } from "../contract.ts";
import { type GrantAttempt, refusedGrant } from "./escalation.ts";
import { RbacAuthorizer } from "./rbac.ts";
import { RbacIndex } from "./rbac-index.ts";
import { rulesReviewStatus } from "./rule-resolver.ts";
import { MastersAuthorizer, UnionAuthorizer } from "./union.ts";

const rbac = "rbac.authorization.k8s.io";
const version = { apiVersion: `${rbac}/v1` };

function role(name: string, rules: rbacv1.PolicyRule[], namespace?: string): rbacv1.ClusterRole {
  const kind = namespace ? "Role" : "ClusterRole";
  return { ...version, kind, metadata: { name, ...(namespace && { namespace }) }, rules } as rbacv1.ClusterRole;
}

function binding(name: string, roleRef: string, subjects: rbacv1.Subject[], namespace?: string): rbacv1.RoleBinding {
  const [kind, roleName] = roleRef.split("/") as [string, string];
  const metadata = { name, ...(namespace && { namespace }) };
  const own = namespace ? "RoleBinding" : "ClusterRoleBinding";
  return {
    ...version,
    kind: own,
    metadata,
    subjects,
    roleRef: { apiGroup: rbac, kind, name: roleName },
  } as rbacv1.RoleBinding;
}

const user = (name: string, ...groups: string[]): User => ({ name, groups });

/** `verb group/resource/subresource namespace name`, `-` for nothing; or `verb /path`. */
function ask(who: User, text: string): AuthorizationAttributes {
  const [verb, what, namespace, name] = text.split(" ") as [string, string, string?, string?];
  if (what.startsWith("/")) return { user: who, verb, path: what };
  const [group, resource, subresource] = what.split(":") as [string, string, string?];
  return {
    user: who,
    verb,
    resource: {
      group,
      version: "v1",
      resource,
      ...(subresource && { subresource }),
      ...(namespace && namespace !== "-" && { namespace }),
      ...(name && { name }),
    },
  };
}

function scene() {
  const index = new RbacIndex();
  index.setRole(
    role(
      "reader",
      [
        { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] },
        { apiGroups: ["*"], resources: ["*/scale"], verbs: ["*"] },
        { apiGroups: [""], resources: ["configmaps"], resourceNames: ["a", "b"], verbs: ["get", "create"] },
      ],
      "shop",
    ),
  );
  index.setRole(role("info", [{ nonResourceURLs: ["/healthz", "/api/*"], verbs: ["get"] }]));
  index.setBinding(
    binding(
      "readers",
      "Role/reader",
      [
        { kind: "User", name: "jane" },
        { kind: "Group", name: "devs" },
        { kind: "ServiceAccount", name: "default", namespace: "shop" },
      ],
      "shop",
    ),
  );
  index.setBinding(binding("info", "ClusterRole/info", [{ kind: "Group", name: "system:authenticated" }]));
  const authorizer = new RbacAuthorizer(index);
  return { index, authorizer, decide: (who: User, text: string) => authorizer.authorize(ask(who, text)).decision };
}

test("a bound user, group or service account may do what the role says, and the answer says why", () => {
  const { authorizer } = scene();
  const reason = (who: User) => authorizer.authorize(ask(who, "list :pods shop")).reason;
  assert.equal(reason(user("jane")), 'RBAC: allowed by RoleBinding "readers/shop" of Role "reader" to User "jane"');
  assert.equal(
    reason(user("x", "devs")),
    'RBAC: allowed by RoleBinding "readers/shop" of Role "reader" to Group "devs"',
  );
  assert.equal(
    reason(user("system:serviceaccount:shop:default")),
    'RBAC: allowed by RoleBinding "readers/shop" of Role "reader" to ServiceAccount "default/shop"',
  );
});

test("rules match verb, group, resource, subresource, name and path", () => {
  const { decide } = scene();
  const jane = user("jane", "system:authenticated");
  const allowed = [
    "get :pods shop p",
    "get :pods:log shop p",
    "update apps:deployments:scale shop d",
    "get :configmaps shop a",
  ];
  const refused = ["delete :pods shop p", "get :pods:exec shop p", "get :configmaps shop c", "create :configmaps shop"];
  const elsewhere = ["list :pods other", "list :pods", "get apps:pods shop p"];
  for (const text of [...allowed, "get /healthz", "get /api/v1"]) assert.equal(decide(jane, text), "allow", text);
  for (const text of [...refused, ...elsewhere, "get /apis", "post /healthz"])
    assert.equal(decide(jane, text), "no-opinion", text);
});

test("a binding that is changed or removed stops granting at once", () => {
  const { index, decide } = scene();
  index.setBinding(binding("readers", "Role/reader", [{ kind: "User", name: "joe" }], "shop"));
  assert.equal(decide(user("jane"), "list :pods shop"), "no-opinion");
  assert.equal(decide(user("joe"), "list :pods shop"), "allow");
  index.removeBinding(binding("readers", "Role/reader", [], "shop"));
  assert.equal(decide(user("joe"), "list :pods shop"), "no-opinion");
});

test("a binding to a role that does not exist grants nothing and is named as the reason", () => {
  const { index, authorizer } = scene();
  index.setBinding(binding("x", "ClusterRole/gone", [{ kind: "User", name: "jane" }], "shop"));
  index.setBinding(binding("y", "Role/gone", [{ kind: "User", name: "jane" }], "shop"));
  assert.equal(authorizer.authorize(ask(user("jane"), "list :pods shop")).decision, "allow");
  assert.deepEqual(authorizer.authorize(ask(user("jane"), "delete :pods shop")), {
    decision: "no-opinion",
    reason: `RBAC: [clusterrole.${rbac} "gone" not found, role.${rbac} "gone" not found]`,
  });
});

test("masters may do everything, whatever the policy", async () => {
  const union = new UnionAuthorizer([new MastersAuthorizer(), scene().authorizer]);
  const decision = (await union.authorize(ask(user("root", "system:masters"), "delete :secrets"))) as Decision;
  assert.equal(decision.decision, "allow");
});

test("a rules review tells resource rules from paths", () => {
  const { index, authorizer } = scene();
  index.setBinding(binding("x", "Role/gone", [{ kind: "User", name: "jane" }], "shop"));
  const status = rulesReviewStatus(authorizer.rulesFor(user("jane", "system:authenticated"), "shop"));
  assert.equal(status.resourceRules.length, 3);
  assert.deepEqual(status.nonResourceRules, [{ verbs: ["get"], nonResourceURLs: ["/healthz", "/api/*"] }]);
  assert.equal(status.evaluationError, `role.${rbac} "gone" not found`);
  assert.equal(status.incomplete, false);
});

test("nobody grants what they do not have", async () => {
  const { authorizer } = scene();
  const who = user("jane", "devs", "system:authenticated");
  const attempt = (rules: rbacv1.PolicyRule[]) =>
    refusedGrant(authorizer, authorizer, {
      user: who,
      namespace: "shop",
      rules,
      exemption: { verb: "escalate", resource: "roles", name: "new" },
    });
  assert.equal(await attempt([{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }]), undefined);
  assert.equal(
    await attempt([
      { apiGroups: [""], resources: ["pods", "secrets"], verbs: ["get", "delete"] },
      { nonResourceURLs: ["/x", "/y"], verbs: ["get"] },
    ]),
    [
      'user "jane" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:',
      '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}',
      '{NonResourceURLs:["/x"], Verbs:["get"]}',
      '{NonResourceURLs:["/y"], Verbs:["get"]}',
    ].join("\n"),
  );
});

test("who may escalate grants what they like", async () => {
  const { index, authorizer } = scene();
  index.setRole(role("escalator", [{ apiGroups: [rbac], resources: ["roles"], verbs: ["escalate"] }]));
  index.setBinding(binding("e", "ClusterRole/escalator", [{ kind: "User", name: "eve" }]));
  const attempt = {
    user: user("eve"),
    namespace: "shop",
    rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
    exemption: { verb: "escalate", resource: "roles", name: "new" },
  } satisfies GrantAttempt;
  assert.equal(await refusedGrant(authorizer, authorizer, attempt), undefined);
});
