import assert from "node:assert/strict";
import { test } from "node:test";
import { resources } from "../../../api/mod.ts";
import { selection } from "../selection.ts";
import { Sight } from "../sight.ts";
import { View } from "../view.ts";
import { CacheEvent } from "./cache-event.ts";
import { Entry } from "./entry.ts";
import { ResourceCache } from "./resource-cache.ts";
import { storedForm, undeclaredForm } from "./stored-form.ts";
import { countingForm } from "./testing/counting-form.ts";

test("however many selectors look at a change, what it replaced is decoded once, and not kept after it", () => {
  const prefix = "/registry/core/secrets/";
  const form = countingForm(storedForm(resources.secrets));
  const stored = Buffer.from('{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"},"type":"one"}');
  const [previous, entry] = [1, 2].map((revision) => new Entry(`${prefix}a/a`, revision, stored, form));
  const change = new CacheEvent("MODIFIED", 2, entry!, previous);
  const selectableFields = { type: (object: object) => (object as { type: string }).type };
  const view = new View(resources.secrets as never, { resource: resources.secrets, selectableFields } as never);
  const cache = new ResourceCache(prefix, form, 0);
  const seen: number[] = [];
  for (const type of ["one", "two", "three"]) {
    const sight = new Sight(prefix, selection(view, { labelSelector: "!no", fieldSelector: `type=${type}` }));
    cache.listen((events) => seen.push(sight.of(events).length));
  }
  cache.dispatch([change]);
  assert.deepEqual(seen, [1, 0, 0]);
  assert.equal(form.decoded, 2);
  assert.deepEqual([change.look, change.lookBefore], [{}, {}]);
  assert.equal(previous!.heldBytes, stored.length);
});

test("a frame that is kept does not keep the pool of which it was a piece", () => {
  const entry = new Entry("/registry/name", 1, Buffer.from("{}"), undeclaredForm);
  const frame = new CacheEvent("ADDED", 1, entry, undefined).frame("json", () => Buffer.from("a short frame"));
  assert.equal(frame.toString(), "a short frame");
  assert.equal(frame.buffer.byteLength, frame.length);
});
