import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdmissionAttributes, AdmissionPlugin } from "../../admission/mod.ts";
import { resources } from "../../api/mod.ts";
import { Registry } from "../../client/prometheus.ts";
import { AdmissionMetrics } from "../metrics/admission-metrics.ts";
import { AdmissionChain, admissionAttributes } from "./admission-chain.ts";
import type { Operation } from "./operation.ts";

const operation = { group: "", version: "v1", namespace: "default", name: "a", subresource: "", dryRun: false };

function attributesOf(resource: unknown, subresource = "", user = "somebody"): AdmissionAttributes {
  const request = { ...operation, subresource, user: { name: user, groups: [] }, warn() {} } as unknown as Operation;
  return admissionAttributes(request, { operation: "CREATE", resource } as never);
}

test("a plugin that decides by kind is asked once for each kind of request, any other for each request", async () => {
  const [asked, admitted]: [string[], string[]] = [[], []];
  const plugin = (name: string, handles: AdmissionPlugin["handles"], byKind: boolean): AdmissionPlugin => ({
    name,
    ...(byKind && { handlesByKind: true }),
    handles(attributes) {
      asked.push(`${name} ${attributes.resource.resource}/${attributes.subresource ?? ""}`);
      return handles(attributes);
    },
    admit: ({ resource, subresource = "" }) => void admitted.push(`${name} ${resource.resource}/${subresource}`),
  });
  const ofPods = ({ resource, subresource }: AdmissionAttributes) => resource.resource === "pods" && !subresource;
  const chain = new AdmissionChain([
    plugin("pods", ofPods, true),
    plugin("user", ({ user }) => user.name === "somebody", false),
  ]);
  for (let times = 0; times < 2; times++) {
    await chain.mutate(attributesOf(resources.pods));
    await chain.mutate(attributesOf(resources.pods, "eviction"));
    await chain.mutate(attributesOf(resources.nodes, "", "another"));
  }
  const each = ["pods pods/", "user pods/", "user pods/eviction"];
  assert.deepEqual(admitted, [...each, ...each]);
  assert.deepEqual(asked.filter((one) => one.startsWith("pods ")).sort(), [
    "pods nodes/",
    "pods pods/",
    "pods pods/eviction",
  ]);
  assert.equal(asked.filter((one) => one.startsWith("user ")).length, 6);
});

function chainOf(admits: Readonly<Record<string, AdmissionPlugin["admit"]>>, registry?: Registry): AdmissionChain {
  const plugins = Object.entries(admits).map(([name, admit]) => ({ name, handles: () => true, admit: admit! }));
  return new AdmissionChain(plugins, registry && new AdmissionMetrics(registry));
}

test("a step is over at once where no plugin has to wait, and goes on in its order behind one that has", async () => {
  const asked: string[] = [];
  const note = (name: string) => () => void asked.push(name);
  assert.equal(chainOf({ a: note("a"), b: note("b") }).judge(attributesOf(resources.pods)), undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  const pending = chainOf({ a: note("first"), b: () => promise, c: note("last") }).mutate(attributesOf(resources.pods));
  assert.deepEqual(asked, ["a", "b", "first"]);
  resolve();
  await pending;
  assert.deepEqual(asked, ["a", "b", "first", "last"]);
});

for (const [how, refuse] of [
  ["at once", () => assert.fail("no")],
  ["after it waited", async () => assert.fail("no")],
] as const)
  test(`what a plugin refuses ${how} ends the step, and is counted for the plugin and for the step`, async () => {
    const registry = new Registry();
    const chain = chainOf({ a: () => {}, b: refuse, c: () => assert.fail("asked behind a refusal") }, registry);
    await assert.rejects(async () => chain.mutate(attributesOf(resources.pods)), /no/);
    const text = await registry.metrics();
    const counts = [...text.matchAll(/^apiserver_admission_(\w+?)_admission_\w+_count\{(.*)\} (\d+)$/gm)];
    assert.deepEqual(
      counts.map(([, family, labels, count]) => `${family} ${labels} ${count}`),
      [
        'controller name="a",type="admit",operation="CREATE",rejected="false" 1',
        'controller name="b",type="admit",operation="CREATE",rejected="true" 1',
        'step type="admit",operation="CREATE",rejected="true" 1',
      ],
    );
  });
