import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as corev1 from "../core/v1.ts";
import { deepFreeze } from "../object.ts";
import { allResources } from "../resources.ts";
import type { Kind } from "../schema/types.ts";
import { arbitraryObject } from "../testdata/arbitrary.ts";
import { decodeProtobuf, wrapProtobuf } from "./envelope.ts";
import { decodeJson, normalize } from "./json-decode.ts";
import { printJson } from "./json-encode.ts";
import { cloneBeside } from "./present.ts";
import { encodeMessage } from "./protobuf-encode.ts";
import { spansOf } from "./wire-spans.ts";

type Parts = Record<string, unknown> & { metadata: Record<string, unknown> };

/** An object that a client could have got, as the server has it. */
function present(kind: Kind, object: object): { object: Parts; message: Uint8Array } {
  const frozen = deepFreeze(normalize(kind, object)) as Parts;
  return { object: frozen, message: encodeMessage(kind, frozen) };
}

const pod = () =>
  present(corev1.pod, {
    metadata: {
      name: "p",
      labels: { a: "b" },
      managedFields: [{ manager: "m", operation: "Update", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: {} }],
    },
    spec: { containers: [{ name: "c", image: "i", env: [{ name: "A" }] }] },
    status: { phase: "Pending" },
  });

function changed(object: Parts, changes: object): object {
  return { ...object, ...changes };
}

test("each kind's unchanged parts are taken from the present object, whatever form it comes in, and the rest is read", () => {
  for (const { schema } of allResources) {
    if (!schema) continue;
    fc.assert(
      fc.property(arbitraryObject(schema as Kind), (drawn) => {
        const there = present(schema as Kind, drawn as object);
        const sent = changed(there.object, { metadata: { ...there.object.metadata, name: "other" } });
        const json = decodeJson(schema, printJson(schema as Kind, sent), {
          validation: "Strict",
          present: there.object,
        });
        const bytes = wrapProtobuf(schema as Kind, encodeMessage(schema as Kind, sent));
        for (const read of [
          json,
          decodeProtobuf(schema as Kind, bytes, there),
          cloneBeside(sent, there.object),
        ] as Parts[]) {
          assert.deepEqual(read, sent);
          for (const [name, part] of Object.entries(read))
            if (name !== "metadata" && !isEmpty(part)) assert.equal(part, there.object[name], `${schema.name} ${name}`);
          assert.equal(read.metadata["managedFields"], there.object.metadata["managedFields"]);
          assert.equal(Object.isFrozen(read.metadata), false);
          assert.deepEqual(encodeMessage(schema as Kind, read, there), encodeMessage(schema as Kind, sent));
        }
      }),
      { numRuns: 3, seed: 1 },
    );
  }
});

/** Of which protobuf has no trace. */
function isEmpty(part: unknown): boolean {
  return typeof part === "object" && Object.keys(part as object).length === 0;
}

test("what is not the same is read, and belongs to who reads it", () => {
  const there = pod();
  const spec = { containers: [{ name: "c", image: "other", env: [{ name: "A" }] }] };
  const sent = normalize(
    corev1.pod,
    structuredClone(changed(there.object, { spec })) as corev1.Pod,
  ) as unknown as Parts;
  const bytes = wrapProtobuf(corev1.pod, encodeMessage(corev1.pod, sent as unknown as corev1.Pod));
  const all = [
    decodeJson(corev1.pod, JSON.stringify(sent), { present: there.object }),
    decodeProtobuf(corev1.pod as Kind, bytes, there),
    cloneBeside(sent, there.object),
  ] as unknown as Parts[];
  for (const read of all) {
    assert.deepEqual(read, sent);
    assert.equal(Object.isFrozen(read["spec"]), false);
    assert.equal(read["status"], there.object["status"]);
  }
});

/** `fields` behind the spec's own, within it. */
function withSpec(fields: readonly number[]): Uint8Array {
  const { message } = pod();
  const start = message.indexOf(0x12, message[1]! + 2);
  const length = message[start + 1]!;
  assert.ok(message[start]! === 0x12 && length + fields.length < 0x80);
  const end = start + 2 + length;
  const spec = [...message.subarray(start + 2, end), ...fields];
  return Buffer.from([...message.subarray(0, start), 0x12, spec.length, ...spec, ...message.subarray(end)]);
}

test("zeros that Go writes are no difference where they mean nothing, and are one where they mean something", () => {
  const there = pod();
  const read = (fields: readonly number[]) =>
    decodeProtobuf(corev1.pod as Kind, wrapProtobuf(corev1.pod, withSpec(fields)), there) as Parts;
  // nodeName "", hostNetwork false, hostname "": no pointers.
  const zeros = read([0x52, 0, 0x58, 0, 0x82, 1, 0]);
  assert.equal(zeros["spec"], there.object["spec"]);
  // enableServiceLinks false: a pointer.
  const meant = read([0xf0, 1, 0]);
  assert.deepEqual(meant["spec"], { ...(there.object["spec"] as object), enableServiceLinks: false });
  // A zero behind another value of its field takes that one's place: schedulerName "x", then "".
  const last = read([0x9a, 1, 1, 0x78, 0x9a, 1, 0]);
  assert.deepEqual(last["spec"], there.object["spec"]);
  assert.equal(Object.isFrozen(last["spec"]), false);
});

test("a zero that does not come as its field does is told as ever", () => {
  const sent = wrapProtobuf(corev1.pod, withSpec([0x50, 0]));
  assert.throws(() => decodeProtobuf(corev1.pod as Kind, sent, pod()), /wrong wireType = 0 for field 10/);
});

test("a member called `__proto__` is none of the present object's", () => {
  const there = present(corev1.pod, {
    metadata: { name: "p" },
    spec: { containers: [{ name: "c" }], nodeSelector: { a: "b" } },
  });
  const sent = JSON.stringify(there.object).replace('{"a":"b"}', '{"__proto__":{}}');
  assert.throws(() => decodeJson(corev1.pod, sent, { present: there.object }), /cannot unmarshal object into .*string/);
});

test("a field that comes twice, apart, is put together as ever", () => {
  const there = pod();
  // The status again, behind another field: `reason`.
  const again = Buffer.concat([there.message, Buffer.from([0x12, 0, 0x1a, 3, 0x22, 1, 0x72])]);
  const read = decodeProtobuf(corev1.pod as Kind, wrapProtobuf(corev1.pod, again), there) as Parts;
  assert.deepEqual(read["status"], { phase: "Pending", reason: "r" });
});

test("what is no message is told as ever", () => {
  const there = pod();
  const cut = wrapProtobuf(corev1.pod, there.message.subarray(0, -1));
  assert.throws(() => decodeProtobuf(corev1.pod as Kind, cut, there), /unexpected EOF/);
});

test("fields that stand twice, or are unknown, are found in equal parts too", () => {
  const there = pod();
  const warnings: string[] = [];
  const text = printJson(corev1.pod, there.object as unknown as corev1.Pod)
    .replace('"image":"i"', '"image":"h","image":"i"')
    .replace('"status":', '"stray":1,"status":');
  const options = { validation: "Warn", present: there.object, warn: (found: string) => warnings.push(found) } as const;
  assert.deepEqual(decodeJson(corev1.pod, text, options), there.object);
  assert.deepEqual(warnings, ['duplicate field "spec.containers[0].image"', 'unknown field "stray"']);
});

test("a key that is absent, or every object has, is no other key's equal", () => {
  const there = { metadata: {}, data: { a: {} } };
  const sent = [{ a: undefined, b: 1 }, { b: undefined }, JSON.parse('{"__proto__":{}}'), { constructor: {} }];
  for (const data of sent) assert.deepEqual(cloneBeside({ metadata: {}, data }, there), { metadata: {}, data });
  const config = present(corev1.configMap as Kind, { metadata: { name: "c" }, data: { a: "b" } });
  const text = (data: string) => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":${data}}`;
  const read = (data: string) => decodeJson(corev1.configMap, text(data), { present: config.object });
  assert.throws(() => read('{"__proto__":{}}'), /cannot unmarshal object into Go struct field ConfigMap.data of type/);
  const stray = `${text('{"a":"b"}').slice(0, -1)},"__proto__":{}}`;
  assert.deepEqual(decodeJson(corev1.configMap, stray, { present: config.object }), config.object);
});

test("a message of more fields than any kind has is read as a whole, for each is looked for among all", () => {
  const fields = (count: number) =>
    Buffer.from(Array.from({ length: count }, (_, at) => [0x80 | (((at + 16) << 3) & 0x7f), (at + 16) >> 4, 0]).flat());
  assert.equal(spansOf(fields(60))?.length, 60);
  assert.equal(spansOf(fields(70)), undefined);
});
