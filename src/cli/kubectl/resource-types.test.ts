import assert from "node:assert/strict";
import { test } from "node:test";
import { findTypes, type ResourceType } from "./resource-types.ts";

const type = (apiVersion: string, resource: string): ResourceType => {
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  const verbs = ["get", "list"];
  const names = { resource, singular: resource.replace(/s$/, ""), kind: resource, shortNames: [] };
  return { group, version, apiVersion, ...names, namespaced: true, verbs, categories: ["all"] };
};

test("a category has each of its resources once, in the version that the server prefers", () => {
  const types = [
    type("v1", "widgets"),
    type("autoscaling/v2", "scalers"),
    type("autoscaling/v1", "scalers"),
    type("example.com/v1", "widgets"),
  ];
  assert.deepEqual(
    findTypes(types, "all").map(({ apiVersion, resource }) => `${apiVersion} ${resource}`),
    ["v1 widgets", "autoscaling/v2 scalers", "example.com/v1 widgets"],
  );
});
