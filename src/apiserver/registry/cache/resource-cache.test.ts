import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubernetesObject } from "../../../api/mod.ts";
import { ByteSlabs } from "./byte-slabs.ts";
import { Entry } from "./entry.ts";
import { keptBytes, keptEvents, ResourceCache } from "./resource-cache.ts";

test("those who hear of few objects only are not counted among the watchers", () => {
  const cache = new ResourceCache("/registry/pods/", undefined as never, 1);
  const unlisten = [{}, { narrow: true }, {}].map((options) => cache.listen(() => {}, options));
  assert.equal(cache.watchers, 2);
  for (const leave of unlisten.slice(0, 2)) leave();
  unlisten[0]!();
  assert.equal(cache.watchers, 1);
  cache.close();
  unlisten[2]!();
  assert.equal(cache.watchers, 0);
});

test("of large objects fewer changes are kept at hand, and the floor tells from where on", () => {
  const form = undefined as never;
  const [key, value] = ["/registry/configmaps/a", Buffer.alloc(1024 * 1024)];
  const cache = new ResourceCache("/registry/configmaps/", form, 1);
  for (let revision = 2; revision < 100; revision++) {
    const previous = { key, value, revision: revision - 1 };
    cache.apply({ type: "put", key, revision, value, previous }, () => new Entry(key, revision, value, form));
    const kept = cache.eventsAfter(cache.floor)!;
    assert.equal(kept.at(-1)?.revision, revision);
    assert.equal(kept[0]?.revision, cache.floor + 1, "none is missing after the floor");
    assert.ok(kept.length * value.length < 2 * keptBytes);
  }
  assert.ok(cache.eventsAfter(cache.floor)!.length * value.length >= keptBytes / 2);
});

test("what is counted of a change is all that is kept of it: text, protobuf, frames, and the state before where nobody else keeps it", () => {
  const size = 256 * 1024;
  const [form, value] = [undefined as never, Buffer.alloc(size)];
  const cache = new ResourceCache("/registry/configmaps/", form, 0);
  const keys = Array.from({ length: 200 }, (_, index) => `/registry/configmaps/${index}`);
  for (const [index, key] of keys.entries()) cache.load(new Entry(key, index + 1, value, form));
  for (const [index, key] of keys.entries()) {
    const revision = 1000 + index;
    const entry = new Entry(key, revision, value, form, {} as KubernetesObject);
    const change = cache.apply({ type: "put", key, revision, value }, () => entry);
    entry.protobuf(() => Buffer.alloc(size));
    change!.frame("json", () => Buffer.alloc(size));
  }
  const kept = cache.eventsAfter(cache.floor)!;
  // The text twice, and two for the decoded object.
  const each = 6 * size;
  assert.ok(kept.length * each <= 2.5 * keptBytes, `${kept.length} changes`);
  assert.ok(kept.length * each >= keptBytes / 2, `${kept.length} changes`);
});

test("changes that are no longer at hand leave only the bytes of their objects, unless somebody in this process keeps the objects", () => {
  const decodedOf = (keepsObjects: boolean) => {
    const form = { decode: () => ({ decoded: "anew" }) } as never;
    const cache = new ResourceCache("/registry/events/", form, 1);
    cache.listen(() => {}, { keepsObjects });
    const value = Buffer.from("{}");
    for (let revision = 2; revision < 2 + 2 * keptEvents; revision++) {
      const key = `/registry/events/${revision}`;
      const object = { decoded: "by the writer" } as unknown as KubernetesObject;
      cache.apply({ type: "put", key, revision, value }, () => new Entry(key, revision, value, form, object));
    }
    const [oldest, newest] = [cache.list("/registry/events/")[0]!, cache.eventsAfter(cache.floor)!.at(-1)!.entry];
    return [oldest, newest].map(({ object }) => (object as unknown as { decoded: string }).decoded);
  };
  assert.deepEqual(decodedOf(false), ["anew", "by the writer"]);
  assert.deepEqual(decodedOf(true), ["by the writer", "by the writer"]);
});

test("what has not changed for a while lies in slabs, until it has been replaced and no change at hand shows it", () => {
  const form = undefined as never;
  const cache = new ResourceCache("/registry/configmaps/", form, 1, new ByteSlabs());
  let revision = 1;
  const apply = (type: "put" | "delete", name: string) => {
    const [key, value] = [`/registry/configmaps/${name}`, Buffer.from(name)];
    return cache.apply({ type, key, revision: ++revision, value }, () => new Entry(key, revision, value, form))!.entry;
  };
  const others = (name: string) => {
    for (let index = 0; index < 2 * keptEvents; index++) apply("put", `${name}${index}`);
  };
  const [kept, replaced, gone] = [apply("put", "kept"), apply("put", "replaced"), apply("put", "gone")];
  others("first");
  assert.ok(kept.slab && replaced.slab && gone.slab);
  const [next, last] = [apply("put", "replaced"), apply("delete", "gone")];
  assert.ok(replaced.slab && gone.slab);
  assert.equal(next.slab ?? last.slab, undefined);
  others("second");
  assert.equal(replaced.slab ?? gone.slab, undefined);
  assert.ok(next.slab);
  const texts = [kept, replaced, next, gone, last].map(({ stored }) => stored.toString());
  assert.deepEqual(texts, ["kept", "replaced", "replaced", "gone", "gone"]);
});
