import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FairQueues, type Queueable } from "./fair-queues.ts";
import { dealHand } from "./shuffle-sharding.ts";

interface Request extends Queueable {
  readonly flow: string;
}

const request = (flow: string, width = 1): Request => ({ flow, width, queue: -1 });

function serve(queues: FairQueues<Request>, count: number, seconds = 0.003): string[] {
  const served: string[] = [];
  while (served.length < count) {
    const next = queues.take();
    if (!next) break;
    served.push(next.flow);
    queues.finish(next, seconds);
  }
  return served;
}

test("a hand has different queues, and a flow always the same ones", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 128 }), fc.integer({ min: 1, max: 8 }), (flow, deck, wanted) => {
      const size = Math.min(deck, wanted);
      const hand = dealHand(flow, deck, size);
      assert.equal(new Set(hand).size, size);
      assert.ok(hand.every((index) => index >= 0 && index < deck));
      assert.deepEqual(dealHand(flow, deck, size), hand);
    }),
  );
});

test("a flow that asks for much gets no more than one that asks for little", () => {
  const queues = new FairQueues<Request>({ queues: 64, handSize: 1, queueLengthLimit: 100 });
  for (let index = 0; index < 50; index++) queues.enqueue("greedy", request("greedy"));
  for (let index = 0; index < 5; index++) queues.enqueue("modest", request("modest"));
  const first = serve(queues, 10);
  assert.equal(first.filter((flow) => flow === "modest").length, 5);
});

test("who takes long, or many seats, waits longer for the next turn", () => {
  const queues = new FairQueues<Request>({ queues: 64, handSize: 1, queueLengthLimit: 100 });
  for (let index = 0; index < 20; index++) {
    queues.enqueue("wide", request("wide", 4));
    queues.enqueue("narrow", request("narrow"));
  }
  const first = serve(queues, 20);
  const wide = first.filter((flow) => flow === "wide").length;
  assert.ok(wide >= 3 && wide <= 5, `${wide} of 20`);
});

test("a flow that was idle has saved nothing up", () => {
  const queues = new FairQueues<Request>({ queues: 64, handSize: 1, queueLengthLimit: 1000 });
  for (let index = 0; index < 200; index++) queues.enqueue("busy", request("busy"));
  serve(queues, 100);
  for (let index = 0; index < 100; index++) queues.enqueue("late", request("late"));
  const next = serve(queues, 20).filter((flow) => flow === "late").length;
  assert.ok(next >= 9 && next <= 11, `${next} of 20`);
});

test("a full queue takes nothing more; who leaves makes room", () => {
  const queues = new FairQueues<Request>({ queues: 4, handSize: 1, queueLengthLimit: 2 });
  const [first, second] = [request("a"), request("a")];
  assert.ok(queues.enqueue("a", first));
  assert.ok(queues.enqueue("a", second));
  assert.equal(queues.enqueue("a", request("a")), false);
  assert.equal(queues.withdraw(first), true);
  assert.equal(queues.withdraw(first), false);
  assert.ok(queues.enqueue("a", request("a")));
  assert.equal(queues.waiting, 2);
  assert.equal(queues.take(), second);
});
