/** The checker finds what is wrong in histories made for it, and nothing in those that are right. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../support/random.ts";
import { breakages } from "./breakages.ts";
import { check } from "./check.ts";
import { generate } from "./generate.ts";
import type { History, List, Read, Write } from "./history.ts";
import { hasOrder } from "./search.ts";

const ordinary = { operations: 120, clients: 5, keys: 3, watches: 2, crashes: 0.005 };

test("histories of a store that is right have no problems", () => {
  for (let seed = 1; seed <= 60; seed++)
    assert.deepEqual(check(generate(new Random(seed), ordinary)), [], `seed ${seed}`);
});

for (const [name, breakage] of Object.entries(breakages))
  test(`it is told when ${name}`, () => {
    let broken = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const random = new Random(seed);
      const history = breakage(generate(random, ordinary), random);
      if (!history) continue;
      broken++;
      assert.notDeepEqual(check(history), [], `seed ${seed}`);
    }
    assert.ok(broken > 10, `only ${broken} histories could be broken so`);
  });

test("of small histories, right and wrong, it says what a search through all orders says", () => {
  let wrong = 0;
  const small = { operations: 11, clients: 3, keys: 2, watches: 1, crashes: 0.01 };
  for (let seed = 1; seed <= 3000; seed++) {
    const random = new Random(seed);
    let history = generate(random, small);
    for (let times = 0; times < 4; times++) history = disturbed(history, random);
    const expected = hasOrder(history.operations, history.watches[0]!.events);
    const problems = check(history);
    assert.equal(problems.length === 0, expected, `seed ${seed}: ${problems.join("; ")} ${JSON.stringify(history)}`);
    if (!expected) wrong++;
  }
  assert.ok(wrong > 600 && wrong < 2400, `${wrong} of 3000 are wrong`);
});

test("a history of a hundred thousand operations is judged at once", () => {
  const history = generate(new Random(3), { ...ordinary, operations: 100_000, crashes: 0.0005 });
  const before = process.cpuUsage();
  assert.deepEqual(check(history), []);
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 10e6, `it took ${(user + system) / 1e6} s of processor time`);
});

type Operation = History["operations"][number];

/** A moment moved, an answer given to another, an outcome turned; or nothing. */
function disturbed(history: History, random: Random): History {
  const { operations } = history;
  const one = random.pick(operations);
  const like = random.pick(operations.filter(({ kind }) => kind === one.kind));
  const ways: (() => Operation)[] = [
    () => one,
    () => ({ ...one, invoked: one.invoked - random.below(9) - 0.5 }),
    () => (one.answered === undefined ? one : { ...one, answered: one.answered + random.below(9) + 0.5 }),
    () => earlier(one, random),
    () => later(one, random),
    () => withAnswerOf(one, like),
    () => ("outcome" in one && one.outcome === "refused" ? withoutAnswer(one) : one),
    () => ("outcome" in one && one.outcome === "done" ? withoutAnswer(one) : one),
  ];
  const changed = random.pick(ways)();
  return { ...history, operations: operations.map((each) => (each === one ? changed : each)) };
}

const earlier = (one: Operation, random: Random): Operation =>
  one.answered === undefined ? one : moved(one, -random.below(12) - 0.25);
const later = (one: Operation, random: Random): Operation => moved(one, random.below(12) + 0.25);

function moved(one: Operation, by: number): Operation {
  return { ...one, invoked: one.invoked + by, ...(one.answered !== undefined && { answered: one.answered + by }) };
}

function withAnswerOf(one: Operation, other: Operation): Operation {
  if (one.kind === "list") return { ...one, revision: (other as List).revision, items: (other as List).items };
  if (one.kind !== "get") return one;
  const { found: _, ...rest } = one;
  const { found } = other as Read;
  return found ? { ...rest, found } : rest;
}

function withoutAnswer({ answered: _, revision: __, ...one }: Write): Write {
  return { ...one, outcome: "unknown" };
}
