import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeJson, normalize } from "../codec/json-decode.ts";
import { printJson } from "../codec/json-encode.ts";
import { clone } from "../object.ts";
import { resources } from "../resources.ts";
import type { Kind } from "../schema/types.ts";
import { applyDefaults } from "./apply.ts";

/** What was sent to upstream 1.36.3 and what came back, without what the server itself puts into metadata and status. */
interface Case {
  readonly resource: keyof typeof resources;
  readonly given: object;
  readonly answered: object;
}

const cases = JSON.parse(readFileSync(new URL("../testdata/defaults.json", import.meta.url), "utf8")) as Case[];

test("objects come out as upstream answers them, defaults and all", () => {
  for (const { resource, given, answered } of cases) {
    const schema = resources[resource].schema as Kind<object>;
    const object = normalize(
      schema,
      applyDefaults(schema, decodeJson(schema, JSON.stringify(given), { validation: "Strict" })),
    );
    const { status: _status, ...printed } = JSON.parse(printJson(schema, object)) as { status?: object };
    assert.deepEqual(printed, answered, `${resource} ${JSON.stringify(given)}`);
  }
});

test("defaults of an object with defaults change nothing", () => {
  for (const { resource, answered } of cases) {
    const schema = resources[resource].schema as Kind<object>;
    const object = decodeJson(schema, JSON.stringify(answered));
    assert.deepEqual(normalize(schema, applyDefaults(schema, clone(object))), normalize(schema, object), resource);
  }
});
