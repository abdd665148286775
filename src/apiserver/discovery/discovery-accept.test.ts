import assert from "node:assert/strict";
import { test } from "node:test";
import { discoveryForm } from "./discovery-accept.ts";

const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

test("the aggregated form is given where the path has it, and passed over where it has not", () => {
  assert.equal(discoveryForm(`${aggregated},application/json`, "root", true).as, "APIGroupDiscoveryList");
  assert.deepEqual(discoveryForm(`${aggregated},application/json`, "version", false), { format: "json" });
  assert.throws(() => discoveryForm(aggregated, "version", false), /only the following media types/);
  assert.throws(() => discoveryForm(aggregated.replace("v=v2", "v=v3"), "root", true), /only the following/);
});

test("a version is not shown as any application type, groups are", () => {
  assert.deepEqual(discoveryForm("application/*", "root", true), { format: "json" });
  assert.throws(() => discoveryForm("application/*", "version", false), /Available representations/);
  assert.deepEqual(discoveryForm("text/html,*/*", "version", false), { format: "json" });
  assert.deepEqual(discoveryForm("application/yaml", "version", false), { format: "yaml" });
});
