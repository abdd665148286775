import assert from "node:assert/strict";
import { test } from "node:test";
import { GiveBack } from "./give-back.ts";

const mebibyte = 1024 * 1024;

/** A process of which a test says what it does; a collection leaves 40 MiB. */
function someProcess(processorTime = 60_000_000) {
  const state = {
    processorTime,
    taken: 40 * mebibyte,
    used: 30 * mebibyte,
    left: 30 * mebibyte,
    slow: 0,
    reducesItself: true,
    collections: 0,
    whole: 0,
    young: 0,
    sweeps: 0,
    resident: 90 * mebibyte,
    given: 0,
  };
  const giveBack = new GiveBack({
    processorTime: () => state.processorTime,
    heap: () => state,
    growSlowly: () => {
      state.slow += 1;
    },
    reduceByItself: (may) => {
      state.reducesItself = may;
    },
    sweep: () => {
      state.sweeps += 1;
      state.used = state.left;
    },
    collect: () => {
      state.collections += 1;
      state.taken = 40 * mebibyte;
      state.processorTime += 300_000;
    },
    collectAll: () => {
      state.whole += 1;
    },
    collectYoung: () => {
      state.young += 1;
      state.taken = 30 * mebibyte;
    },
    resident: () => state.resident,
    giveFreePages: () => {
      state.given += 1;
      state.resident = 90 * mebibyte;
    },
  });
  return { state, giveBack };
}

test("a process that has become quiet collects once, and again when it has grown again", () => {
  const { state, giveBack } = someProcess();
  giveBack.look();
  giveBack.look();
  assert.equal(state.collections, 1);
  state.taken = 100 * mebibyte;
  giveBack.look();
  giveBack.look();
  assert.equal(state.collections, 2);
});

test("a collection is finished at the next look that finds the process quiet: young objects, and the pages that are free by then", () => {
  const { state, giveBack } = someProcess();
  giveBack.look();
  assert.deepEqual([state.collections, state.young, state.given], [1, 0, 1]);
  state.processorTime += 3_000_000;
  giveBack.look();
  assert.deepEqual([state.young, state.given], [0, 1]);
  for (let look = 0; look < 3; look++) giveBack.look();
  assert.deepEqual([state.collections, state.young, state.given], [1, 1, 2]);
});

test("a process that has only started has no shapes and no code that are worth to be kept", () => {
  const { state, giveBack } = someProcess(1_000_000);
  giveBack.look();
  giveBack.look();
  assert.deepEqual([state.whole, state.collections, state.young], [1, 0, 0]);
  state.processorTime += 9_000_000;
  state.taken = 100 * mebibyte;
  giveBack.look();
  giveBack.look();
  assert.deepEqual([state.whole, state.collections], [1, 1]);
});

test("V8 may collect by itself in a process that has only started, and where too much is in use to be collected here", () => {
  const { state, giveBack } = someProcess(1_000_000);
  const lookWith = (used: number) => {
    state.processorTime += 3_000_000;
    state.used = used * mebibyte;
    giveBack.look();
    return state.reducesItself;
  };
  assert.deepEqual([30, 90, 300, 200].map(lookWith), [true, false, true, false]);
});

test("a busy process is left alone until it is quiet", () => {
  const { state, giveBack } = someProcess();
  state.processorTime += 3_000_000;
  giveBack.look();
  assert.equal(state.collections, 0);
  giveBack.look();
  assert.equal(state.collections, 1);
});

test("what a burst has left behind is swept first, and then little enough is left to be collected", () => {
  const { state, giveBack } = someProcess();
  Object.assign(state, { taken: 250 * mebibyte, used: 180 * mebibyte, left: 80 * mebibyte });
  giveBack.look();
  assert.deepEqual([state.sweeps, state.collections], [1, 0]);
  giveBack.look();
  giveBack.look();
  assert.deepEqual([state.sweeps, state.collections], [1, 1]);
});

test("where so much is in use that a collection would be felt there is none, and a sweep only once until it has grown", () => {
  const { state, giveBack } = someProcess();
  Object.assign(state, { taken: 250 * mebibyte, used: 180 * mebibyte, left: 170 * mebibyte });
  for (let look = 0; look < 5; look++) giveBack.look();
  assert.deepEqual([state.sweeps, state.collections], [1, 0]);
  Object.assign(state, { taken: 900 * mebibyte, used: 700 * mebibyte });
  giveBack.look();
  assert.deepEqual([state.sweeps, state.collections], [1, 0]);
});

test("a process that has come to use much is told once to keep less garbage, busy or not", () => {
  const { state, giveBack } = someProcess();
  giveBack.look();
  assert.equal(state.slow, 0);
  for (const used of [50, 180, 40, 400]) {
    state.used = used * mebibyte;
    state.processorTime += 3_000_000;
    giveBack.look();
  }
  assert.equal(state.slow, 1);
});

test("free pages go back when a process is quiet and has grown, however much of it is in use", () => {
  const { state, giveBack } = someProcess();
  giveBack.look();
  giveBack.look();
  assert.equal(state.given, 2);
  Object.assign(state, { resident: 300 * mebibyte, taken: 900 * mebibyte, used: 700 * mebibyte });
  state.processorTime += 3_000_000;
  giveBack.look();
  assert.equal(state.given, 2);
  giveBack.look();
  giveBack.look();
  assert.deepEqual([state.given, state.collections], [3, 1]);
});

test("a process that is never quiet gives free pages back where it has grown by much, and nothing where it is busy", () => {
  const { state, giveBack } = someProcess();
  const lookAfter = (processorTime: number, resident: number) => {
    state.processorTime += processorTime;
    state.resident = resident * mebibyte;
    giveBack.look();
    return state.given;
  };
  assert.equal(lookAfter(1_000_000, 90), 1);
  assert.equal(lookAfter(1_000_000, 150), 1);
  assert.equal(lookAfter(3_000_000, 300), 1);
  assert.equal(lookAfter(1_000_000, 300), 2);
  assert.equal(state.collections, 0);
});
