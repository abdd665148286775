import assert from "node:assert/strict";
import { test } from "node:test";
import type { StorageVersionMigration } from "./schema.ts";
import { validateMigration, validateMigrationUpdate } from "./validation.ts";

const context = { user: { name: "a", groups: [] }, dryRun: false, now: 0 };
const time = "2026-01-01T00:00:00Z";
const condition = (type: string, status = "True") => ({
  type,
  status,
  reason: "Tested",
  message: "",
  lastTransitionTime: time,
});

function migration(group: string, resource: string, status: object = {}): StorageVersionMigration {
  const metadata = { name: "m" } as StorageVersionMigration["metadata"];
  return { apiVersion: "", kind: "", metadata, spec: { resource: { group, resource } }, status };
}

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message.replace(/ must consist.*/, "")}`);

test("the resource is named by a label, its group by a domain or nothing", () => {
  assert.deepEqual(validateMigration(migration("", "pods")), []);
  assert.deepEqual(validateMigration(migration("example.dev", "toys")), []);
  assert.deepEqual(texts(validateMigration(migration("", ""))), [
    "spec.resource.resource: Required value: resource is required to be set",
  ]);
  assert.deepEqual(texts(validateMigration(migration("A_b", "pods/status"))), [
    'spec.resource.group: Invalid value: "A_b": a lowercase RFC 1123 subdomain',
    'spec.resource.resource: Invalid value: "pods/status": a DNS-1035 label',
  ]);
});

test("the wish cannot be changed", () => {
  const errors = validateMigrationUpdate(migration("", "secrets"), migration("", "pods"), context);
  assert.deepEqual(texts(errors), [
    'spec: Invalid value: {"Resource":{"group":"","resource":"secrets"}}: field is immutable',
  ]);
});

test("a migration ends once, and its resource version stays", () => {
  const change = (next: object, old: object) =>
    texts(
      validateMigrationUpdate(migration("", "pods", next), migration("", "pods", old), {
        ...context,
        subresource: "status",
      }),
    );
  assert.deepEqual(change({ resourceVersion: "7", conditions: [condition("Running")] }, {}), []);
  assert.deepEqual(change({ resourceVersion: "x" }, { resourceVersion: "7" }), [
    'status.resourceVersion: Invalid value: "x": resource version is not well formed: x',
    'status.resourceVersion: Invalid value: "x": field is immutable',
  ]);
  assert.match(
    change({ conditions: [condition("Succeeded"), condition("Failed")] }, {}).join(),
    /: Both success and failed conditions cannot be true at the same time$/,
  );
  assert.match(
    change({ conditions: [condition("Succeeded", "False")] }, { conditions: [condition("Succeeded")] }).join(),
    /: Success condition cannot be set to false once it is true$/,
  );
  assert.deepEqual(change({ conditions: [{ type: "Running", status: "Maybe" }] }, {}), [
    'status.conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
    "status.conditions[0].lastTransitionTime: Required value",
    "status.conditions[0].reason: Required value",
  ]);
});
