import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clone } from "../object.ts";
import { allResources } from "../resources.ts";
import type { Kind } from "../schema/types.ts";
import { arbitraryObject } from "../testdata/arbitrary.ts";
import { decodeProtobuf, encodeProtobuf, joinProtobufList, openEnvelope } from "./envelope.ts";
import { decodeJson, normalize } from "./json-decode.ts";
import { printJson } from "./json-encode.ts";
import { encodeMessage } from "./protobuf-encode.ts";

const kinds = new Set<Kind>(
  allResources.flatMap(({ schema, listSchema }) => [schema, listSchema]).filter((kind) => kind !== undefined),
);

function eachKind(check: (kind: Kind, object: object) => void, numRuns = 2): void {
  for (const kind of kinds) {
    const objects = arbitraryObject(kind).map((object) => normalize(kind, object) as object);
    fc.assert(
      fc.property(objects, (object) => check(kind, object)),
      { numRuns, seed: 1 },
    );
  }
}

test("nothing of any kind is lost through protobuf", () => {
  eachKind((kind, object) => assert.deepEqual(decodeProtobuf(kind, encodeProtobuf(kind, object)), object));
});

test("nothing of any kind is lost through JSON, and nothing in it is unknown", () => {
  eachKind((kind, object) =>
    assert.deepEqual(decodeJson(kind, printJson(kind, object), { validation: "Strict" }), object),
  );
});

test("the canonical form is stable", () => {
  eachKind((kind, object) => assert.deepEqual(normalize(kind, clone(object)), object));
});

test("items of a list in JSON leave out what the list says for them all, and a protobuf list is joined from encoded items", () => {
  const pods = allResources.find(({ resource }) => resource === "pods");
  const { schema, listSchema } = pods as unknown as { schema: Kind; listSchema: Kind };
  const items = [1, 2].map((number) => normalize(schema, { metadata: { name: `p${number}` } }) as object);
  const expected = { apiVersion: "v1", kind: "PodList", metadata: { resourceVersion: "7" }, items };
  const json = printJson(listSchema, expected);
  assert.deepEqual(decodeJson(listSchema, json), expected);
  const bare = (JSON.parse(json) as { items: { kind?: string }[] }).items[0];
  assert.equal(bare?.kind, undefined);
  const metadata = openEnvelope(encodeProtobuf(listSchema, { ...expected, items: [] })).raw.subarray(2);
  const protobuf = joinProtobufList(
    listSchema,
    metadata,
    items.map((item) => encodeMessage(schema, item)),
  );
  assert.deepEqual(decodeProtobuf(listSchema, protobuf), expected);
});
