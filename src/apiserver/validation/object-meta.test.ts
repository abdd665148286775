import assert from "node:assert/strict";
import { test } from "node:test";
import { aggregateMessage, formatValue, invalid, invalidStatus, notSupported, required } from "./field-error.ts";
import { field } from "./field-path.ts";
import { validateFieldManager, validateObjectMeta, validateObjectMetaUpdate } from "./object-meta.ts";

const rules = { namespaced: true };
const at = field("metadata");

test("a path prints as clients know it", () => {
  const path = field("spec").child("containers").index(0).child("env").key("a.b");
  assert.equal(path.toString(), "spec.containers[0].env[a.b]");
  assert.equal(field("spec", "template").child("spec").toString(), "spec.template.spec");
});

test("error messages carry the value the way it is written in JSON", () => {
  assert.equal(required(field("spec").child("image")).message, "Required value");
  assert.equal(formatValue('a"b'), '"a\\"b"');
  assert.equal(formatValue({ a: "<" }), '{"a":"\\u003c"}');
  assert.equal(notSupported(at, "x", ["a", "b"]).message, 'Unsupported value: "x": supported values: "a", "b"');
});

test("an invalid object answers 422 with one cause for each error and each sentence once", () => {
  const errors = [invalid(at, 1, "no"), invalid(at, 1, "no"), required(field("spec"))];
  assert.equal(aggregateMessage(errors), "[metadata: Invalid value: 1: no, spec: Required value]");
  const status = invalidStatus({ group: "apps", kind: "Deployment", name: "web" }, errors);
  assert.equal(status.code, 422);
  assert.equal(
    status.message,
    'Deployment.apps "web" is invalid: [metadata: Invalid value: 1: no, spec: Required value]',
  );
  assert.equal(status.details?.causes?.length, 3);
});

test("metadata without a name is refused", () => {
  const errors = validateObjectMeta({ namespace: "a" }, rules, at);
  assert.equal(aggregateMessage(errors), "metadata.name: Required value: name or generateName is required");
});

test("metadata of every kind follows the rules for names, labels, owners and finalizers", () => {
  const errors = validateObjectMeta(
    {
      name: "A_b",
      namespace: "a",
      labels: { "a/b/c": "x", ok: "-bad-" },
      ownerReferences: [
        { apiVersion: "v1", kind: "", name: "n", uid: "u" },
        { apiVersion: "v1", kind: "Event", name: "x", uid: "u" },
      ],
      finalizers: ["foo"],
    },
    rules,
    at,
  );
  assert.deepEqual(
    errors.map((error) => error.field),
    [
      "metadata.name",
      "metadata.labels",
      "metadata.labels",
      "metadata.ownerReferences.kind",
      "metadata.ownerReferences",
      "metadata.finalizers[0]",
    ],
  );
});

test("identity does not change and an object being deleted takes no new finalizers", () => {
  const old = { name: "a", namespace: "n", uid: "1", resourceVersion: "5", deletionTimestamp: "2026-01-01T00:00:00Z" };
  const errors = validateObjectMetaUpdate({ ...old, uid: "2", finalizers: ["b/c", "a/b"] }, old, rules, at);
  assert.deepEqual(
    errors.map((error) => `${error.field}: ${error.message}`),
    [
      'metadata.uid: Invalid value: "2": field is immutable',
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a/b", "b/c"}',
    ],
  );
});

test("a field manager is printable and at most 128 bytes", () => {
  assert.equal(validateFieldManager("a".repeat(129), field("fieldManager"))[0]?.reason, "FieldValueTooLong");
  assert.equal(
    validateFieldManager("a\nb", field("fieldManager"))[0]?.message,
    'Invalid value: "a\\nb": invalid character U+000A (at position 1)',
  );
});
