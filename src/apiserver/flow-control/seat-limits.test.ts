import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { defaultLevels } from "./default-objects.ts";
import { SeatDemand } from "./seat-demand.ts";
import { allocateSeats, boundsOf, type SeatClaim, sharesOf } from "./seat-limits.ts";

const sum = defaultLevels.reduce((all, { spec }) => all + sharesOf(spec), 0);
const bounds = (name: string) => boundsOf(defaultLevels.find((one) => one.name === name)!.spec, sum, 600);

test("the default levels have upstream's seats", () => {
  const seats = Object.fromEntries(defaultLevels.map(({ name }) => [name, [bounds(name).nominal, bounds(name).lower]]));
  assert.deepEqual(seats, {
    "catch-all": [13, 13],
    exempt: [0, 0],
    "global-default": [49, 24],
    "leader-election": [25, 25],
    "node-high": [98, 73],
    system: [74, 50],
    "workload-high": [98, 49],
    "workload-low": [245, 24],
  });
  assert.equal(bounds("system").upper, 600);
});

test("where nobody asks for anything the seats are lent by what each keeps", () => {
  const claims = defaultLevels.map(({ name }) => ({ bounds: bounds(name), peak: 0, target: 0 }));
  const { limits } = allocateSeats(claims, 600);
  const at = (name: string) => limits[defaultLevels.findIndex((one) => one.name === name)];
  assert.equal(at("catch-all"), 30);
  assert.equal(at("node-high"), 170);
  assert.equal(at("workload-low"), 56);
});

test("a level that needs its own seats has them, and may borrow what others leave", () => {
  const one = { nominal: 100, lower: 50, upper: 600 };
  const { limits } = allocateSeats(
    [
      { bounds: one, peak: 500, target: 400 },
      { bounds: one, peak: 100, target: 90 },
      { bounds: one, peak: 0, target: 0 },
    ],
    300,
  );
  assert.deepEqual(limits, [150, 100, 50]);
});

test("whatever is asked for, nobody gets less than is sure nor more than may be, and all is given out where it can be", () => {
  const claim = fc
    .record({
      nominal: fc.nat(200),
      lendable: fc.nat(100),
      borrow: fc.nat(300),
      peak: fc.nat(400),
      target: fc.nat(400),
    })
    .map(({ nominal, lendable, borrow, peak, target }): SeatClaim => {
      const lower = nominal - Math.round((nominal * lendable) / 100);
      return { bounds: { nominal, lower, upper: nominal + borrow }, peak, target };
    });
  fc.assert(
    fc.property(fc.array(claim, { minLength: 1, maxLength: 8 }), (claims) => {
      const total = claims.reduce((all, { bounds: { nominal } }) => all + nominal, 0);
      const { limits } = allocateSeats(claims, total);
      limits.forEach((limit, index) => {
        const { lower, upper } = claims[index]!.bounds;
        assert.ok(limit >= lower && limit <= upper);
      });
      assert.ok(limits.reduce((all, limit) => all + limit, 0) <= total + claims.length);
    }),
  );
});

test("demand is averaged over time, and shrinks slowly when it ends", () => {
  const demand = new SeatDemand(0);
  demand.set(10, 0);
  demand.set(0, 5);
  const { average, deviation, peak } = demand.close(10);
  assert.deepEqual([average, deviation, peak], [5, 5, 10]);
  assert.equal(demand.smoothed, 10);
  demand.close(20);
  assert.ok(demand.smoothed > 9.7 && demand.smoothed < 9.8);
});
