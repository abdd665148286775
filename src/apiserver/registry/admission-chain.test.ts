import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdmissionAttributes, AdmissionPlugin } from "../../admission/mod.ts";
import { resources } from "../../api/mod.ts";
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
