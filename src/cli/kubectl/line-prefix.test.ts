import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { prefixed } from "./line-prefix.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");

test("each line has its prefix, wherever the log comes in two, and its bytes stay", async () => {
  const log = "10%\r20%\r\nd\xe9j\xe0\n\nvu\x85\n";
  const expected = "> 10%\r20%\r\n> d\xe9j\xe0\n> \n> vu\x85\n";
  for (let at = 1; at < log.length; at++) {
    const read = prefixed(Readable.from([bytes(log.slice(0, at)), bytes(log.slice(at))], { objectMode: false }), "> ");
    assert.deepEqual(await buffer(read), bytes(expected));
  }
});

test("a line that has not ended is ended, and of no log there is no line", async () => {
  for (const [log, expected] of [
    ["a\nb", "> a\n> b\n"],
    ["", ""],
  ] as const)
    assert.deepEqual(await buffer(prefixed(Readable.from([bytes(log)], { objectMode: false }), "> ")), bytes(expected));
});
