/** Disruption budgets, quotas, mirrored endpoints and admission policies, on a whole API server. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type admissionregistrationv1,
  type corev1,
  type networkingv1,
  type policyv1,
  resources,
} from "../../src/api/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

let cluster: Harness;
const namespace = "work";

before(async () => {
  cluster = await startHarness();
  await cluster.addNamespace(namespace);
});
after(() => cluster.stop());

const labels = { app: "web" };
const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "main:1" }] } };

function budgetOf(name: string, spec: policyv1.PodDisruptionBudgetSpec) {
  return { metadata: { name, namespace }, spec: { selector: { matchLabels: labels }, ...spec } };
}

const allows = (count: number) => (budget: policyv1.PodDisruptionBudget) =>
  (budget.status?.disruptionsAllowed ?? -1) === count && budget.status?.expectedPods === 4;

test("a budget allows as many disruptions as its pods can spare, counted from what their controller wants", async () => {
  const budgets = cluster.client.resource(resources.poddisruptionbudgets);
  await cluster.client.resource(resources.deployments).create({
    metadata: { name: "web", namespace },
    spec: { replicas: 4, selector: { matchLabels: labels }, template },
  });
  await budgets.create(budgetOf("three", { minAvailable: 3 }));
  await budgets.create(budgetOf("half", { minAvailable: "50%" }));
  await budgets.create(budgetOf("one", { maxUnavailable: 1 }));
  const three = await cluster.until(resources.poddisruptionbudgets, { name: "three", namespace }, allows(1));
  assert.equal(three.status?.currentHealthy, 4);
  assert.equal(three.status?.conditions?.[0]?.reason, "SufficientPods");
  await cluster.until(resources.poddisruptionbudgets, { name: "half", namespace }, allows(2));
  await cluster.until(resources.poddisruptionbudgets, { name: "one", namespace }, allows(1));
});

const used = (name: string, amount: string) => (quota: corev1.ResourceQuota) => quota.status?.used?.[name] === amount;

test("a quota counts what is there, what comes, and what goes", async () => {
  const counts = { "count/deployments.apps": "5", "count/leases.coordination.k8s.io": "5" };
  const hard = { pods: "10", "requests.cpu": "2", configmaps: "20", ...counts };
  await cluster.client
    .resource(resources.resourcequotas)
    .create({ metadata: { name: "q", namespace }, spec: { hard } });
  const quota = await cluster.until(resources.resourcequotas, { name: "q", namespace }, used("pods", "4"));
  assert.deepEqual(quota.status?.hard, hard);
  assert.equal(quota.status?.used?.["count/deployments.apps"], "1");
  assert.equal(quota.status?.used?.["requests.cpu"], "0");
  await cluster.client.resource(resources.configmaps).create({ metadata: { name: "extra", namespace } });
  await cluster.until(resources.resourcequotas, { name: "q", namespace }, used("configmaps", "2"));
  await cluster.client.resource(resources.leases).create({ metadata: { name: "extra", namespace }, spec: {} });
  await cluster.until(
    resources.resourcequotas,
    { name: "q", namespace },
    used("count/leases.coordination.k8s.io", "1"),
  );
  await cluster.client.resource(resources.leases).delete("extra", { namespace });
  await cluster.until(
    resources.resourcequotas,
    { name: "q", namespace },
    used("count/leases.coordination.k8s.io", "0"),
  );
  await cluster.client.resource(resources.configmaps).delete("extra", { namespace });
  await cluster.until(resources.resourcequotas, { name: "q", namespace }, used("configmaps", "1"));
  await cluster.client.resource(resources.resourcequotas).delete("q", { namespace });
});

test("a quota whose amounts are only spelled in another way is given no new status", async () => {
  const quotas = cluster.client.resource(resources.resourcequotas);
  const add = async (name: string, memory: string) => {
    await quotas.create({ metadata: { name, namespace }, spec: { hard: { "requests.memory": memory } } });
    return cluster.until(resources.resourcequotas, { name, namespace }, used("requests.memory", "0"));
  };
  const quota = await add("spelled", "1Gi");
  const written = await quotas.update({ ...quota, spec: { hard: { "requests.memory": "1073741824" } } });
  await add("later", "1Gi");
  const present = await quotas.get("spelled", { namespace });
  assert.equal(present.spec?.hard?.["requests.memory"], "1073741824");
  assert.equal(present.metadata.resourceVersion, written.metadata.resourceVersion);
  for (const name of ["spelled", "later"]) await quotas.delete(name, { namespace });
});

test("endpoints written by hand are mirrored into slices, followed, and taken away again", async () => {
  const name = "outside";
  await cluster.client.resource(resources.services).create({
    metadata: { name, namespace },
    spec: { ports: [{ port: 80 }] } as never,
  });
  const subsets = [{ addresses: [{ ip: "10.1.2.3" }], ports: [{ port: 9090 }] }];
  await cluster.client.resource(resources.endpoints).create({ metadata: { name, namespace }, subsets });
  const isMirror =
    (address: string) =>
    (slice: { metadata: { labels?: Record<string, string> }; endpoints?: { addresses: string[] }[] }) =>
      slice.metadata.labels?.["endpointslice.kubernetes.io/managed-by"] ===
        "endpointslicemirroring-controller.k8s.io" && slice.endpoints?.[0]?.addresses[0] === address;
  await cluster.untilAll(resources.endpointslices, namespace, (all) => all.some(isMirror("10.1.2.3")));
  const changed = [{ addresses: [{ ip: "10.2.3.4" }], ports: [{ port: 9090 }] }];
  await cluster.client.resource(resources.endpoints).patch(name, { subsets: changed }, { type: "merge", namespace });
  const slices = await cluster.untilAll(resources.endpointslices, namespace, (all) => all.some(isMirror("10.2.3.4")));
  assert.equal(slices.filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === name).length, 1);
  await cluster.client.resource(resources.endpoints).delete(name, { namespace });
  await cluster.untilAll(resources.endpointslices, namespace, (all) => !all.some(isMirror("10.2.3.4")));
});

test("an admission policy is told what its expressions would trip over, for each of its generations", async () => {
  const policies = cluster.client.resource(resources.validatingadmissionpolicies);
  const pods = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE" as const], resources: ["pods"] };
  const policy = await policies.create({
    metadata: { name: "checked" },
    spec: { matchConstraints: { resourceRules: [pods] }, validations: [{ expression: "object.foo == 1" }] },
  });
  const at = { name: "checked" };
  const seen = (generation: number) => (one: admissionregistrationv1.ValidatingAdmissionPolicy) =>
    one.status?.observedGeneration === generation;
  const { status } = await cluster.until(resources.validatingadmissionpolicies, at, seen(1));
  assert.equal(status?.typeChecking?.expressionWarnings?.[0]?.fieldRef, "spec.validations[0].expression");
  const current = await policies.get(policy.metadata.name);
  await policies.update({
    ...current,
    spec: { ...current.spec, validations: [{ expression: "object.spec != null" }] },
  });
  await cluster.until(resources.validatingadmissionpolicies, at, seen(2));
});

test("a range of service addresses is ready while it is there, and stays until the last of its addresses is gone", async () => {
  const cidrs = cluster.client.resource(resources.servicecidrs);
  const condition = ({ status }: networkingv1.ServiceCIDR) => status?.conditions?.find(({ type }) => type === "Ready");
  await cidrs.create({ metadata: { name: "further" }, spec: { cidrs: ["10.123.0.0/24"] } });
  const named = { name: "further" };
  await cluster.until(resources.servicecidrs, named, (cidr) => condition(cidr)?.status === "True");
  const services = cluster.client.resource(resources.services);
  await services.create({
    metadata: { name: "far", namespace },
    spec: { clusterIP: "10.123.0.9", ports: [{ port: 80 }] },
  });
  await cluster.until(resources.ipaddresses, { name: "10.123.0.9" }, () => true);
  await cidrs.delete("further");
  const going = await cluster.until(resources.servicecidrs, named, (cidr) => condition(cidr)?.status === "False");
  assert.equal(condition(going)?.reason, "Terminating");
  await services.delete("far", { namespace });
  await cluster.untilAll(
    resources.servicecidrs,
    undefined,
    (all) => !all.some(({ metadata: { name } }) => name === "further"),
  );
});
