import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeDocuments } from "./merge-openapi.ts";

const uses = (name: string) => ({ get: { schema: { $ref: `#/definitions/${name}` } } });

test("a definition that both have is kept once, whatever its texts", () => {
  const own = { paths: {}, definitions: { Meta: { type: "object", description: "old" } } };
  const other = {
    paths: { "/apis/a/v1/x": uses("Meta") },
    definitions: { Meta: { type: "object", description: "new" } },
  };
  const merged = mergeDocuments(own, other, "/apis/a/v1");
  assert.deepEqual(Object.keys(merged.definitions!), ["Meta"]);
  assert.deepEqual(merged.paths, other.paths);
});

test("another definition under a taken name is renamed wherever it is used", () => {
  const own = { paths: {}, definitions: { Meta: { type: "object" } } };
  const other = {
    paths: { "/apis/a/v1/x": uses("Thing"), "/apis/a/v10/x": uses("Thing") },
    definitions: { Meta: { type: "string" }, Thing: { properties: { meta: { $ref: "#/definitions/Meta" } } } },
  };
  const merged = mergeDocuments(own, other, "/apis/a/v1");
  assert.deepEqual(merged.definitions, {
    Meta: { type: "object" },
    Meta_v2: { type: "string" },
    Thing: { properties: { meta: { $ref: "#/definitions/Meta_v2" } } },
  });
  assert.deepEqual(Object.keys(merged.paths!), ["/apis/a/v1/x"]);
});
