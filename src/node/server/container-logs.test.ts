import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "./answers.ts";
import { parseLogOptions } from "./container-logs.ts";

const now = Date.UTC(2026, 0, 1);
const parse = (query: string) => parseLogOptions(new URLSearchParams(query), now);

test("options of a log request are read as the API writes them", () => {
  assert.deepEqual(parse(""), { follow: false, timestamps: false });
  assert.deepEqual(parse("follow=true&timestamps=true&tailLines=5&limitBytes=10&sinceSeconds=60&stream=Stdout"), {
    follow: true,
    timestamps: true,
    tailLines: 5,
    limitBytes: 10,
    sinceMs: now - 60_000,
    stream: "stdout",
  });
  assert.equal(parse("sinceTime=2025-12-31T23:00:00Z").sinceMs, now - 3_600_000);
});

test("numbers that are none are refused", () => {
  for (const query of ["tailLines=x", "limitBytes=-1", "sinceSeconds=1.5"]) {
    assert.throws(
      () => parse(query),
      (error) => error instanceof Refusal && error.status === 400,
      query,
    );
  }
});
