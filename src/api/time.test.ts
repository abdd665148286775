import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalizeMicroTime, canonicalizeTime, formatTime, parseTime } from "./time.ts";

test("a time is printed in whole seconds of UTC and reads back", () => {
  const moments = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
  fc.assert(
    fc.property(moments, (seconds) => assert.equal(parseTime(formatTime(seconds * 1000 + 999)), seconds * 1000)),
  );
});

test("times in other zones and with fractions become canonical", () => {
  assert.equal(canonicalizeTime("2020-01-01T00:00:00+02:00"), "2019-12-31T22:00:00Z");
  assert.equal(canonicalizeTime("2020-02-29T23:59:59.999Z"), "2020-02-29T23:59:59Z");
  assert.equal(canonicalizeMicroTime("2020-01-01T01:00:00.123456+01:00"), "2020-01-01T00:00:00.123456Z");
});

/** What upstream 1.36 answers. */
const refused: Record<string, string> = {
  x: 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
  "": 'parsing time "" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006"',
  "2020-01-01": 'parsing time "2020-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
  "2020-02-30T00:00:00Z": 'parsing time "2020-02-30T00:00:00Z": day out of range',
  "2020-13-01T00:00:00Z": 'parsing time "2020-13-01T00:00:00Z": month out of range',
};

test("what is no time is refused in upstream's words", () => {
  for (const [text, message] of Object.entries(refused)) assert.throws(() => canonicalizeTime(text), { message });
  const short = "2020-01-01T00:00:00.5Z";
  const message = `parsing time "${short}" as "2006-01-02T15:04:05.000000Z07:00": cannot parse ".5Z" as ".000000"`;
  assert.throws(() => canonicalizeMicroTime(short), { message });
});
