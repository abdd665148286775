import assert from "node:assert/strict";
import { test } from "node:test";
import { GiveBack } from "./give-back.ts";

const mebibyte = 1024 * 1024;

/** A process of which a test says what it does; a collection leaves 30 MiB beside the room for young objects. */
function someProcess(processorTime = 60_000_000) {
  const state = {
    processorTime,
    old: 30 * mebibyte,
    room: 16 * mebibyte,
    used: 30 * mebibyte,
    left: 30 * mebibyte,
    garbageLimits: [] as number[],
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
    heap: () => ({ taken: state.old + state.room, used: state.used }),
    limitGarbage: (percent) => {
      state.garbageLimits.push(percent);
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
      state.old = 30 * mebibyte;
      state.processorTime += 300_000;
    },
    collectAll: () => {
      state.whole += 1;
    },
    collectYoung: () => {
      state.young += 1;
      state.room = 0;
    },
    resident: () => state.resident,
    giveFreePages: () => {
      state.given += 1;
      state.resident = 90 * mebibyte;
    },
  });
  /** Two minutes and more. */
  const rest = () => {
    for (let look = 0; look < 30; look++) giveBack.look();
  };
  return { state, giveBack, rest };
}

test("a process that has been quiet for two minutes collects once, and again when it has grown again", () => {
  const { state, rest } = someProcess();
  rest();
  assert.equal(state.collections, 1);
  state.old = 50 * mebibyte;
  rest();
  assert.equal(state.collections, 2);
});

test("a burst within two minutes of the last finds all compiled code: till then young objects and free pages are all that goes", () => {
  const { state, giveBack } = someProcess();
  for (let burst = 1; burst <= 3; burst++) {
    Object.assign(state, { old: state.old + 20 * mebibyte, room: 32 * mebibyte, resident: 300 * mebibyte });
    state.processorTime += 3_000_000;
    for (let look = 0; look < 23; look++) giveBack.look();
    assert.deepEqual([state.collections, state.sweeps, state.young, state.given], [0, 0, burst, burst]);
  }
  for (let look = 0; look < 2; look++) giveBack.look();
  assert.equal(state.collections, 1);
});

test("what a collection could not free goes at the next look that finds the process quiet: young objects, and the pages that are free by then", () => {
  const { state, giveBack } = someProcess();
  while (state.collections === 0) giveBack.look();
  const [young, given] = [state.young, state.given];
  state.processorTime += 3_000_000;
  giveBack.look();
  assert.deepEqual([state.young, state.given], [young, given]);
  for (let look = 0; look < 3; look++) giveBack.look();
  assert.deepEqual([state.collections, state.young, state.given], [1, young + 1, given + 1]);
});

test("what a burst leaves between a collection and the next look is collected too", () => {
  const { state, giveBack, rest } = someProcess();
  while (state.collections === 0) giveBack.look();
  state.processorTime += 3_000_000;
  state.old = 100 * mebibyte;
  giveBack.look();
  rest();
  assert.equal(state.collections, 2);
});

test("a process that has only started has no shapes and no code that are worth to be kept", () => {
  const { state, giveBack, rest } = someProcess(1_000_000);
  giveBack.look();
  giveBack.look();
  assert.deepEqual([state.whole, state.collections, state.young], [1, 0, 0]);
  state.processorTime += 9_000_000;
  state.old = 100 * mebibyte;
  rest();
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
  const { state, giveBack, rest } = someProcess();
  for (let look = 0; look < 30; look++) {
    state.processorTime += 3_000_000;
    giveBack.look();
  }
  assert.deepEqual([state.collections, state.young, state.given], [0, 0, 0]);
  rest();
  assert.equal(state.collections, 1);
});

test("what a burst has left behind is swept first, and then little enough is left to be collected", () => {
  const { state, giveBack, rest } = someProcess();
  Object.assign(state, { old: 250 * mebibyte, used: 180 * mebibyte, left: 80 * mebibyte });
  while (state.sweeps === 0) giveBack.look();
  assert.equal(state.collections, 0);
  rest();
  assert.deepEqual([state.sweeps, state.collections], [1, 1]);
});

test("where so much is in use that a collection would be felt there is none, and a sweep only once until it has grown", () => {
  const { state, rest } = someProcess();
  Object.assign(state, { old: 250 * mebibyte, used: 180 * mebibyte, left: 170 * mebibyte });
  rest();
  assert.deepEqual([state.sweeps, state.collections], [1, 0]);
  Object.assign(state, { old: 900 * mebibyte, used: 700 * mebibyte });
  rest();
  assert.deepEqual([state.sweeps, state.collections], [1, 0]);
});

test("a process that has come to use more is told once to keep less garbage, busy or not, and once more where it uses much", () => {
  const { state, giveBack } = someProcess();
  const told = (...mebibytes: readonly number[]) => {
    for (const used of mebibytes) {
      state.used = used * mebibyte;
      state.processorTime += 3_000_000;
      giveBack.look();
    }
    return state.garbageLimits;
  };
  assert.deepEqual(told(30), []);
  assert.deepEqual(told(50, 100, 40, 60), [150]);
  assert.deepEqual(told(180, 60, 40, 400), [150, 100]);
});

test("a process that comes to use much at once is told the last limit only", () => {
  const { state, giveBack } = someProcess();
  Object.assign(state, { used: 180 * mebibyte });
  for (let look = 0; look < 3; look++) giveBack.look();
  assert.deepEqual(state.garbageLimits, [100]);
});

test("free pages go back as soon as a process is quiet and has grown, however much of it is in use", () => {
  const { state, giveBack } = someProcess();
  giveBack.look();
  giveBack.look();
  assert.equal(state.given, 1);
  Object.assign(state, { resident: 300 * mebibyte, old: 900 * mebibyte, used: 700 * mebibyte });
  state.processorTime += 3_000_000;
  giveBack.look();
  assert.equal(state.given, 1);
  giveBack.look();
  giveBack.look();
  assert.deepEqual([state.given, state.collections], [2, 0]);
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
