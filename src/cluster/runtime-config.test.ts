import assert from "node:assert/strict";
import { test } from "node:test";
import { checkedRuntimeConfig, servedRuntimeConfig } from "./runtime-config.ts";

test("what is asked for must be there", () => {
  assert.equal(
    checkedRuntimeConfig(["storagemigration.k8s.io/v1beta1=true", "api/beta"]),
    "storagemigration.k8s.io/v1beta1=true,api/beta",
  );
  assert.throws(() => checkedRuntimeConfig(["storagemigration.k8s.io/v7"]), {
    code: "bad-option",
    message: "--runtime-config: group version storagemigration.k8s.io/v7 that has not been registered",
  });
});

test("in upstream's place, versions that only upstream has are passed over", () => {
  const asked =
    "api/all=true,resource.k8s.io/v1beta1=true,storagemigration.k8s.io/v1beta1/storageversionmigrations,api/legacy=true";
  assert.equal(servedRuntimeConfig(asked), "api/all=true,storagemigration.k8s.io/v1beta1/storageversionmigrations");
  assert.equal(servedRuntimeConfig(""), "");
});
