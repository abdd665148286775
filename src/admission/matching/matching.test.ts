import assert from "node:assert/strict";
import { test } from "node:test";
import { type corev1, resources } from "../../api/mod.ts";
import type { Client, Lister } from "../../client/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { isAdmissionConfiguration, isReview } from "./exempt.ts";
import { type MatchRule, matchesRules, matchingResource, type RuleSubject } from "./rules.ts";
import { matchesObjectSelector, matchesSelectors, type NamespaceSource } from "./selectors.ts";

const deployments: RuleSubject = {
  operation: "CREATE",
  resource: resources.deployments,
  namespace: "shop",
  name: "till",
};
const rule: MatchRule = {
  operations: ["CREATE"],
  apiGroups: ["apps"],
  apiVersions: ["v1"],
  resources: ["deployments"],
};

const cases: readonly [what: string, change: Partial<MatchRule>, subject: Partial<RuleSubject>, matches: boolean][] = [
  ["the very resource", {}, {}, true],
  ["another operation", { operations: ["UPDATE", "DELETE"] }, {}, false],
  ["any operation", { operations: ["*"] }, {}, true],
  ["another group", { apiGroups: ["batch"] }, {}, false],
  ["any group", { apiGroups: ["*"] }, {}, true],
  ["another version", { apiVersions: ["v1beta1"] }, {}, false],
  ["any resource", { resources: ["*"] }, {}, true],
  ["any resource, of which this is a subresource", { resources: ["*"] }, { subresource: "scale" }, false],
  ["all with all subresources", { resources: ["*/*"] }, { subresource: "scale" }, true],
  ["all with all subresources, the resource itself", { resources: ["*/*"] }, {}, true],
  ["one subresource of all", { resources: ["*/scale"] }, { subresource: "scale" }, true],
  ["all subresources of one", { resources: ["deployments/*"] }, { subresource: "status" }, true],
  ["one subresource", { resources: ["deployments/scale"] }, { subresource: "status" }, false],
  ["the scope", { scope: "Namespaced" }, {}, true],
  ["the other scope", { scope: "Cluster" }, {}, false],
  [
    "a namespace, which is of the cluster",
    { scope: "Cluster", apiGroups: ["*"], resources: ["*"] },
    { resource: resources.namespaces },
    true,
  ],
  ["its name", { resourceNames: ["till"] }, {}, true],
  ["another name", { resourceNames: ["shelf"] }, {}, false],
];

for (const [what, change, subject, matches] of cases)
  test(`a rule for ${what} ${matches ? "matches" : "does not match"}`, () => {
    assert.equal(matchesRules([{ ...rule, ...change }], { ...deployments, ...subject }), matches);
  });

test("a rule for another version of the resource matches an equivalent request", () => {
  const rules: MatchRule[] = [{ ...rule, apiGroups: ["autoscaling"], apiVersions: ["v1"], resources: ["*"] }];
  const subject: RuleSubject = { ...deployments, resource: resources.horizontalpodautoscalers };
  assert.equal(matchesRules(rules, subject), false);
  assert.equal(matchingResource(rules, subject), undefined);
  assert.equal(matchingResource(rules, subject, [resources.horizontalpodautoscalersV1])?.version, "v1");
});

test("the declarations of admission itself are exempt, and reviews are told", () => {
  assert.equal(isAdmissionConfiguration({ resource: resources.validatingadmissionpolicies as never }), true);
  assert.equal(isAdmissionConfiguration({ resource: resources.pods as never }), false);
  assert.equal(isReview({ resource: resources.tokenreviews as never }), true);
});

const shop = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "till" } } };
const source: NamespaceSource = {
  lister: { get: (name: string) => (name === "shop" ? shop : undefined) } as unknown as Lister<corev1.Namespace>,
  client: {
    resource: () => ({
      get: () => Promise.reject(Object.assign(new Error("gone"), { reason: "NotFound", code: 404 })),
    }),
  } as unknown as Client,
};

function attributes(change: Partial<AdmissionAttributes>): AdmissionAttributes {
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "one", labels: { app: "till" } } };
  const base = { operation: "CREATE", resource: resources.pods, namespace: "shop", name: "one", object };
  return {
    ...base,
    dryRun: false,
    user: { name: "jane", groups: [] },
    warn: () => {},
    ...change,
  } as AdmissionAttributes;
}

test("an object selector takes the object before or after", () => {
  const selector = { matchLabels: { app: "till" } };
  const bare = { apiVersion: "v1", kind: "Pod", metadata: { name: "one" } } as AdmissionAttributes["oldObject"];
  assert.equal(matchesObjectSelector(selector, attributes({})), true);
  assert.equal(matchesObjectSelector(selector, { ...attributes({}), object: bare }), false);
  assert.equal(matchesObjectSelector(selector, { object: bare, oldObject: attributes({}).object }), true);
  assert.equal(matchesObjectSelector({}, { object: undefined }), true);
});

test("a namespace selector looks at the namespace, at the object where it is one, and lets cluster objects pass", async () => {
  const namespaceSelector = { matchLabels: { team: "till" } };
  assert.equal(await matchesSelectors({ namespaceSelector }, attributes({}), source), true);
  const other = { matchLabels: { team: "shelf" } };
  assert.equal(await matchesSelectors({ namespaceSelector: other }, attributes({}), source), false);
  const made = attributes({ resource: resources.namespaces as never, object: shop as never, name: "new" });
  assert.equal(await matchesSelectors({ namespaceSelector }, made, source), true);
  const { namespace: _, ...node } = attributes({ resource: resources.nodes as never });
  assert.equal(await matchesSelectors({ namespaceSelector: other }, node, source), true);
});
