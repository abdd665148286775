import assert from "node:assert/strict";
import { test } from "node:test";
import { resources } from "../../api/mod.ts";
import { WatchFrames } from "../encode/watch-frames.ts";
import { CacheEvent } from "./cache/cache-event.ts";
import { Entry } from "./cache/entry.ts";
import { ResourceCache } from "./cache/resource-cache.ts";
import { storedForm, undeclaredForm } from "./cache/stored-form.ts";
import { Sight, shareSight } from "./sight.ts";
import { View } from "./view.ts";

const prefix = "/registry/configmaps/";
const form = storedForm(resources.configmaps);

function added(revision: number, name: string): CacheEvent {
  const metadata = { name, resourceVersion: String(revision) };
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata };
  const entry = new Entry(`${prefix}default/${name}`, revision, undefined, form, object as never);
  return new CacheEvent("ADDED", revision, entry, undefined);
}

test("who asks for the same shares one look at each batch of changes, in the turn in which it comes, until the last of them is gone", async () => {
  const cache = new ResourceCache(prefix, undeclaredForm, 0);
  let looks = 0;
  const matches = ({ key }: Entry) => ++looks > 0 && key.endsWith("one");
  const make = () => new Sight(prefix, matches);
  const [first, second] = [shareSight(cache, "name", make), shareSight(cache, "name", make)];
  const other = shareSight(new ResourceCache(prefix, undeclaredForm, 0), "name", make);
  assert.equal(second.sight, first.sight);
  assert.notEqual(other.sight, first.sight);
  const events = [added(1, "one"), added(2, "two")];
  const items = first.sight.of(events);
  assert.deepEqual(items, [{ type: "ADDED", entry: events[0]!.entry, shared: events[0] }]);
  assert.equal(second.sight.of(events), items);
  assert.equal(looks, 2);
  await Promise.resolve();
  const missed = first.sight.ofMissed(events);
  assert.deepEqual(missed, items);
  assert.notEqual(missed, items);
  assert.notEqual(first.sight.of(events), items, "nothing is kept after the turn");
  first.release();
  assert.equal(shareSight(cache, "name", make).sight, second.sight);
  second.release();
  second.release();
  assert.notEqual(shareSight(cache, "name", make).sight, second.sight);
});

test("watches that are sent the same arrays in the same form share their bytes, and no others do", () => {
  const view = new View(resources.configmaps as never, {} as never);
  const frames = (as?: "PartialObjectMetadata") =>
    new WatchFrames({
      view,
      representation: { format: "json", ...(as && { as }) } as never,
      include: "Metadata",
      now: Date.now,
    });
  const sight = new Sight(prefix, undefined);
  const [one, two] = [sight.of([added(1, "a"), added(2, "b")]), sight.of([added(3, "c")])];
  const bytes = frames().encode([one, two]);
  assert.equal(frames().encode([one, two]), bytes);
  assert.notEqual(frames("PartialObjectMetadata").encode([one, two]), bytes);
  const names = (text: Buffer) => Array.from(text.toString().matchAll(/"name":"(\w)"/g), ([, name]) => name);
  assert.deepEqual(names(bytes), ["a", "b", "c"]);
  assert.deepEqual(names(frames().encode([one])), ["a", "b"]);
  assert.deepEqual(names(frames().encode([one.slice(1), two])), ["b", "c"]);
});
