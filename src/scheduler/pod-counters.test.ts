import assert from "node:assert/strict";
import { test } from "node:test";
import { PodCounters } from "./pod-counters.ts";
import type { PodInfo } from "./pod-info.ts";

const pod = (name: string) => ({ key: `team/${name}`, namespace: "team" }) as PodInfo;

test("pods are counted once, then as they come and go; a selection whose last pod is gone is asked about no others", () => {
  const counters = new PodCounters();
  let asked = 0;
  const matches = () => {
    asked++;
    return true;
  };
  const selection = { key: "all", namespaces: new Set(["team"]), matches };
  const nodes = [{ name: "node-1", pods: new Map([["team/one", pod("one")]]) }];
  assert.deepEqual([...counters.counts(selection, nodes)], [["node-1", 1]]);
  counters.podAdded(pod("two"), "node-2");
  counters.podRemoved(pod("one"), "node-1");
  assert.deepEqual([...counters.counts(selection, [])], [["node-2", 1]]);
  counters.podRemoved(pod("two"), "node-2");
  const before = asked;
  counters.podAdded(pod("three"), "node-1");
  assert.equal(asked, before);
  assert.deepEqual(
    [...counters.counts(selection, [{ name: "node-1", pods: new Map([["team/three", pod("three")]]) }])],
    [["node-1", 1]],
  );
});
