import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { UnreadAnswers } from "./unread-answers.ts";

const kilobyte = 1024;

/** Answers of 100 KiB; 450 may wait. */
function someAnswers() {
  const givenUp: string[] = [];
  const unread = new UnreadAnswers({ limitMs: 60_000, mostBytes: 450 * kilobyte, onGivenUp: () => {} });
  const outputs = new Map<string, Writable>();
  const hold = (user: string, name: string, kilobytes = 100) => {
    const output = new Writable({ write: () => {} }).once("close", () => unread.release(output));
    outputs.set(name, output);
    unread.hold(output, { user, bytes: kilobytes * kilobyte, giveUp: () => givenUp.push(name) });
  };
  return { hold, givenUp, outputs, unread };
}

test("past the bound the oldest answer goes of the user who has the most, and others keep theirs", (t) => {
  const { hold, givenUp, unread } = someAnswers();
  t.after(() => unread.stop());
  hold("reader", "r1");
  for (const name of ["f1", "f2", "f3", "f4", "f5", "f6"]) hold("flood", name);
  assert.deepEqual(givenUp, ["f1", "f2", "f3"]);
  hold("another", "a1");
  assert.deepEqual(givenUp, ["f1", "f2", "f3", "f4"]);
  hold("another", "a2");
  assert.deepEqual(givenUp, ["f1", "f2", "f3", "f4", "f5"]);
});

test("the bound holds also where each comes from another user, and is larger than what anybody has", (t) => {
  const { hold, givenUp, unread } = someAnswers();
  t.after(() => unread.stop());
  for (const [index, name] of ["a", "b", "c", "d", "e", "f"].entries()) hold(name, name, 200 + index);
  assert.deepEqual(givenUp, ["b", "c", "d", "e"]);
});

test("one alone may be larger than the bound", (t) => {
  const { hold, givenUp, unread } = someAnswers();
  t.after(() => unread.stop());
  hold("first", "small");
  hold("second", "large", 1000);
  assert.deepEqual(givenUp, ["small"]);
});

test("what was taken counts no more for its user", async (t) => {
  const { hold, givenUp, outputs, unread } = someAnswers();
  t.after(() => unread.stop());
  for (const name of ["q1", "q2", "q3"]) hold("quick", name);
  for (const name of ["q1", "q2"]) outputs.get(name)!.destroy();
  await new Promise(setImmediate);
  for (const name of ["s1", "s2", "s3", "s4"]) hold("slow", name);
  assert.deepEqual(givenUp, ["s1"]);
});
