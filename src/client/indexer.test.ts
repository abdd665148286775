import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubernetesObject } from "../api/mod.ts";
import { Indexer } from "./indexer.ts";

interface Thing extends KubernetesObject {
  tags: readonly string[];
}
const thing = (name: string, namespace: string | undefined, ...tags: string[]): Thing =>
  ({ apiVersion: "v1", kind: "Thing", metadata: { name, ...(namespace && { namespace }) }, tags }) as unknown as Thing;
const names = (things: readonly Thing[]) => things.map(({ metadata }) => metadata.name).sort();

test("objects are found by name and listed by namespace", () => {
  const cache = new Indexer<Thing>();
  for (const one of [thing("a", "x"), thing("a", "y"), thing("b", "x"), thing("node", undefined)]) cache.put(one);
  assert.equal(cache.get("a", "y")?.metadata.namespace, "y");
  assert.equal(cache.get("node")?.metadata.name, "node");
  assert.deepEqual(names(cache.list("x")), ["a", "b"]);
  assert.equal(cache.list().length, 4);
  assert.deepEqual(cache.list("none"), []);
});

test("indexes follow changes and removals, and may come late", () => {
  const cache = new Indexer<Thing>();
  cache.put(thing("early", "x", "red"));
  cache.addIndex("tag", ({ tags }) => tags);
  assert.deepEqual(names(cache.byIndex("tag", "red")), ["early"]);
  cache.put(thing("a", "x", "red", "blue"));
  assert.deepEqual(names(cache.byIndex("tag", "red")), ["a", "early"]);
  const old = cache.put(thing("a", "x", "green"));
  assert.deepEqual(old?.tags, ["red", "blue"]);
  assert.deepEqual([names(cache.byIndex("tag", "red")), names(cache.byIndex("tag", "green"))], [["early"], ["a"]]);
  cache.remove(thing("a", "x"));
  assert.deepEqual(cache.byIndex("tag", "green"), []);
  assert.equal(cache.remove(thing("a", "x")), undefined);
});

test("an index that nobody added is a mistake that is said", () => {
  assert.throws(() => new Indexer<Thing>().byIndex("tag", "x"), /no index tag/);
});
