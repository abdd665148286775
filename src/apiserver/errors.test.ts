import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import * as errors from "./errors.ts";

test("docs/request-path.md tells of every Status that the catalogue can make", async () => {
  const page = await readFile(new URL("../../docs/request-path.md", import.meta.url), "utf8");
  const makers = Object.entries(errors).filter(([, made]) => typeof made === "function" && made.length > 0);
  const untold = makers
    .map(([name]) => name)
    .filter((name) => name !== "qualifiedResource" && !page.includes(`\`${name}\``));
  assert.deepEqual(untold, []);
});

test("a refusal names the resource with its group, and its details the parts", () => {
  const { status } = errors.notFound({ group: "apps", resource: "deployments" }, "web");
  assert.equal(status.message, 'deployments.apps "web" not found');
  assert.deepEqual(status.details, { name: "web", group: "apps", kind: "deployments" });
});

test("an error that is no Status is an internal error", () => {
  const { status } = errors.toStatusError(new Error("a bug"));
  assert.deepEqual(
    [status.code, status.reason, status.message],
    [500, "InternalError", "Internal error occurred: a bug"],
  );
});
