import assert from "node:assert/strict";
import { test } from "node:test";
import { aggregateMessage } from "../../validation/field-error.ts";
import { compileSchema } from "./compile-schema.ts";
import type { JsonSchema } from "./structural-node.ts";

const object = (properties: Record<string, JsonSchema>, rest: JsonSchema = {}): JsonSchema => ({
  type: "object",
  properties,
  ...rest,
});

const widget = compileSchema(
  object({
    spec: object(
      {
        replicas: { type: "integer", minimum: 0, maximum: 10, default: 1 },
        color: { type: "string", enum: ["red", "green"] },
        port: { "x-kubernetes-int-or-string": true },
        parts: {
          type: "array",
          items: object(
            { name: { type: "string" }, size: { type: "string", default: "small" } },
            { required: ["name"] },
          ),
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
        },
        limits: { type: "object", additionalProperties: object({ unit: { type: "string", default: "m" } }) },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        note: { type: "string", nullable: true, default: "none" },
        template: { type: "object", "x-kubernetes-embedded-resource": true, properties: { spec: object({}) } },
      },
      { required: ["color"] },
    ),
  }),
);

const of = (spec: object) => ({ apiVersion: "a.b/v1", kind: "Widget", metadata: { name: "w" }, spec });
const problems = (spec: object, old?: object) => aggregateMessage(widget.validate(of(spec), old && of(old)));

test("what the schema does not know is dropped, and its paths are told", () => {
  const value = of({
    foo: 1,
    free: { a: { b: 1 } },
    parts: [{ name: "a", x: 1 }],
    limits: { cpu: { unit: "k", y: 2 } },
  });
  assert.deepEqual(widget.prune(value), ["spec.foo", "spec.limits.cpu.y", "spec.parts[0].x"]);
  assert.deepEqual(value, of({ free: { a: { b: 1 } }, parts: [{ name: "a" }], limits: { cpu: { unit: "k" } } }));
  assert.deepEqual(widget.prune(value), []);
});

test("embedded objects keep what every object has", () => {
  const template = { apiVersion: "v1", kind: "Pod", metadata: { name: "x" }, status: {}, spec: { a: 1 } };
  const value = of({ template });
  assert.deepEqual(widget.prune(value), ["spec.template.spec.a", "spec.template.status"]);
});

test("defaults reach items and additional members, and nulls that may not be count as left out", () => {
  const value = of({ replicas: null, color: null, note: null, parts: [{ name: "a" }], limits: { cpu: {} } });
  widget.applyDefaults(value);
  assert.deepEqual(
    value,
    of({ note: null, parts: [{ name: "a", size: "small" }], limits: { cpu: { unit: "m" } }, replicas: 1 }),
  );
});

test("types are told with what was found", () => {
  assert.equal(
    problems({ color: "red", replicas: "x" }),
    'spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
  );
  assert.equal(problems({}), "spec.color: Required value");
  assert.equal(problems({ color: "blue" }), 'spec.color: Unsupported value: "blue": supported values: "red", "green"');
});

test("lists with keys hold each key once", () => {
  assert.equal(
    problems({ color: "red", parts: [{ name: "a" }, { name: "a" }] }),
    'spec.parts[1]: Duplicate value: {"name":"a"}',
  );
});

test("what an update leaves as it was is not held against it", () => {
  assert.deepEqual(widget.validate(of({ color: "blue", replicas: 2 }), of({ color: "blue", replicas: 1 })), []);
  assert.notDeepEqual(widget.validate(of({ color: "pink", replicas: 2 }), of({ color: "blue", replicas: 1 })), []);
});

test("an object as large as a schema has alternatives is not held against all of them for ever", () => {
  const anyOf = Array.from({ length: 5000 }, (_, length) => ({ minLength: length + 2 }));
  const schema = compileSchema({ type: "array", items: { type: "string", anyOf } });
  const [problem, ...others] = schema.validate(Array.from({ length: 5000 }, () => "a"));
  assert.deepEqual(others, []);
  assert.match(problem!.message, /too many alternatives/);
});

test("a long text is not held against as many patterns as a schema may have", () => {
  const allOf = Array.from({ length: 10_000 }, (_, i) => ({ pattern: `a${i}` }));
  const before = process.cpuUsage();
  const [problem] = compileSchema({ type: "string", allOf }).validate("a".repeat(1_000_000) as never);
  assert.match(problem!.message, /too many alternatives/);
  const { user } = process.cpuUsage(before);
  assert.ok(user < 8_000_000, `${user} µs`);
});

test("a list of numbers and texts may be as long as a request", () => {
  const anyOf = [{ type: "integer" }, { type: "string" }];
  const schema = compileSchema({ type: "array", items: { "x-kubernetes-int-or-string": true, anyOf } });
  assert.deepEqual(schema.validate(Array.from({ length: 750_000 }, () => "a")), []);
});

test("of alternatives in alternatives the words are made of the one that came furthest alone", () => {
  const tower = (height: number): JsonSchema =>
    height === 0 ? { minLength: 5 } : { anyOf: [tower(height - 1), tower(height - 1)] };
  const problems = compileSchema({ type: "string", ...tower(12) }).validate("a" as never);
  assert.equal(problems.length, 13);
});

test("defaults of a long list of empty objects do not take the memory", () => {
  const properties = Object.fromEntries(
    Array.from({ length: 5000 }, (_, i) => [`a${i}`, { type: "string", default: "b" }] as const),
  );
  const schema = compileSchema(object({ list: { type: "array", items: { type: "object", properties } } }));
  const list = (length: number) => ({ list: Array.from({ length }, () => ({})) });
  const few = list(10);
  schema.applyDefaults(few);
  assert.deepEqual(Object.keys(few.list[9]!).length, 5000);
  assert.throws(() => schema.applyDefaults(list(100_000)), /characters of defaults/);
});
