import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "./check.ts";
import type { Change, History, List, Read, Write } from "./history.ts";

const added: Change = { type: "ADDED", key: "a", revision: 5, value: "one" };
const modified: Change = { type: "MODIFIED", key: "a", revision: 8, value: "two" };
const deleted: Change = { type: "DELETED", key: "a", revision: 9, value: "two" };
const changes = [added, modified, deleted];

const create: Write = { kind: "create", key: "a", value: "one", invoked: 1, answered: 4, outcome: "done", revision: 5 };
const update: Write = {
  kind: "update",
  key: "a",
  value: "two",
  expected: 5,
  invoked: 10,
  answered: 14,
  outcome: "done",
  revision: 8,
};
const remove: Write = { kind: "delete", key: "a", expected: 8, invoked: 20, answered: 24, outcome: "done" };
const writes = [create, update, remove];

const get = (invoked: number, answered: number, found?: Change): Read => ({
  kind: "get",
  key: "a",
  invoked,
  answered,
  ...(found && { found }),
});
const list = (invoked: number, revision: number, ...items: readonly Change[]): List => ({
  kind: "list",
  invoked,
  answered: invoked + 1,
  revision,
  items,
});

function problemsOf(more: History["operations"], events = changes, others: History["watches"] = []): string[] {
  return check({ operations: [...writes, ...more], watches: [{ from: 1, events }, ...others] });
}

test("a history in which everything is in order is well", () => {
  const refused: Write = {
    kind: "update",
    key: "a",
    value: "no",
    expected: 5,
    invoked: 16,
    answered: 17,
    outcome: "refused",
  };
  const again: Write = { ...create, value: "again", invoked: 11, answered: 12, outcome: "refused" };
  const lost: Write = { kind: "update", key: "a", value: "lost", expected: 8, invoked: 18, outcome: "unknown" };
  const reads = [get(2, 3), get(2, 6, added), get(5, 6, added), get(11, 12, modified), get(11, 13, added), get(21, 26)];
  const lists = [list(6, 5, added), list(15, 8, modified), list(30, 12)];
  assert.deepEqual(problemsOf([refused, again, lost, ...reads, ...lists]), []);
});

test("an acknowledged write that nobody saw is lost", () => {
  const unseen: Write = { ...create, key: "b", value: "three", revision: 11 };
  assert.match(problemsOf([unseen]).join(), /create b three was acknowledged at 11 and is lost/);
});

test("reads must not tell the past, nor the future, nor what never was", () => {
  assert.match(problemsOf([get(15, 16, added)]).join(), /get a was answered 5 one, which it cannot be/);
  assert.match(problemsOf([get(5, 6)]).join(), /get a was answered nothing/);
  assert.match(problemsOf([get(6, 7, modified)]).join(), /get a was answered 8 two/);
  assert.match(problemsOf([get(6, 7, { ...added, value: "x" })]).join(), /get a was answered 5 x/);
  // Each is well alone, but the second has forgotten what the first has seen.
  assert.match(problemsOf([get(11, 12, modified), get(13, 15, added)]).join(), /answered 5 one/);
});

test("a list must be what was at its revision, and not before what was acknowledged", () => {
  assert.match(problemsOf([list(15, 8, added)]).join(), /list at 8 was answered a@5/);
  assert.match(problemsOf([list(15, 5, added)]).join(), /list at 5/);
});

test("a refusal must have a reason", () => {
  const refused: Write = {
    kind: "update",
    key: "a",
    value: "no",
    expected: 5,
    invoked: 6,
    answered: 7,
    outcome: "refused",
  };
  assert.match(problemsOf([refused]).join(), /update a@5 no was answered refused/);
  assert.match(problemsOf([{ ...update, outcome: "refused" }]).join(), /was refused and is MODIFIED/);
});

test("watches must miss nothing, repeat nothing and agree", () => {
  assert.match(problemsOf([], changes, [{ from: 1, events: [added, deleted] }]).join(), /watch 1 missed MODIFIED/);
  assert.match(
    problemsOf([], [added, added, modified, deleted]).join(),
    /watch 0 tells ADDED a@5 one after revision 5/,
  );
  assert.match(problemsOf([], changes, [{ from: 8, events: [{ ...deleted, value: "x" }] }]).join(), /watches tell/);
  assert.match(problemsOf([], [added, { ...modified, type: "ADDED" }, deleted]).join(), /though before it was 5/);
});

test("a change that nobody asked for, or of another version than was asked for, is told", () => {
  assert.match(
    problemsOf([], [...changes, { ...added, revision: 12, value: "ghost" }]).join(),
    /nobody asked for ADDED a@12 ghost/,
  );
  const wrong: Write = {
    kind: "create",
    key: "b",
    value: "b1",
    invoked: 30,
    answered: 31,
    outcome: "done",
    revision: 20,
  };
  const over: Write = { ...wrong, kind: "update", value: "b2", expected: 19, revision: 22, answered: 32 };
  const events: Change[] = [
    ...changes,
    { type: "ADDED", key: "b", revision: 20, value: "b1" },
    { type: "MODIFIED", key: "b", revision: 22, value: "b2" },
  ];
  assert.match(problemsOf([wrong, over], events).join(), /update b@19 b2 changed revision 20/);
});
