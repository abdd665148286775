import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { endOfJsonObject } from "./end-of-json-object.ts";

test("an object ends where its text ends, whatever is in it and follows it", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (value, after) => {
      const text = JSON.stringify(value);
      const json = Buffer.from(`{"before":${text}${after}`);
      assert.equal(endOfJsonObject(json, 10), 10 + Buffer.byteLength(text));
    }),
  );
});

test("where it is cut off it ends with the text", () => {
  for (const cut of ['{"a":{"b":1}', '{"a":"b', '{"a":"b\\', "{"]) {
    assert.ok(endOfJsonObject(Buffer.from(cut), 0) >= cut.length);
  }
});
