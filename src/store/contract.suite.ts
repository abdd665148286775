/** What every engine has to do, as tests. Each engine's own test file runs it. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Store, StoreEvent } from "./contract.ts";
import { StoreError, type StoreErrorCode } from "./errors.ts";

export const bytes = (text: string): Uint8Array => Buffer.from(text);
export const text = (value: Uint8Array): string => Buffer.from(value).toString();

export const failsWith =
  (code: StoreErrorCode) =>
  (error: unknown): boolean =>
    error instanceof StoreError && error.code === code;

export const put = (store: Store, key: string, value: string, expected = 0): Promise<number> =>
  store.write({ key, expected, value: bytes(value) });

/** Collects a watch until `count` events have come. */
export function collect(store: Store, prefix: string, from: number, count: number): Promise<StoreEvent[]> {
  return new Promise((resolve) => {
    const seen: StoreEvent[] = [];
    const watch = store.watch(prefix, from, (events) => {
      seen.push(...events);
      if (seen.length < count) return;
      setImmediate(() => watch.close());
      resolve(seen);
    });
  });
}

export function storeContract(name: string, open: () => Store): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    beforeEach(() => {
      store = open();
    });
    afterEach(() => store.close());

    test("a fresh store is at revision 1, so that no list ever answers 0", async () => {
      assert.equal(store.revision, 1);
      assert.deepEqual(await store.list({ prefix: "" }), { items: [], revision: 1, remaining: 0 });
    });

    test("a value written is read back with the revision of its write", async () => {
      const revision = await put(store, "/a", "one");
      const stored = await store.get("/a");
      assert.deepEqual([stored?.key, stored?.revision, text(stored!.value)], ["/a", revision, "one"]);
      assert.equal(store.revision, revision);
    });

    test("a key that does not exist reads as undefined, a deleted one too", async () => {
      assert.equal(await store.get("/a"), undefined);
      const revision = await put(store, "/a", "one");
      await store.write({ key: "/a", expected: revision });
      assert.equal(await store.get("/a"), undefined);
    });

    test("an empty value is a value", async () => {
      await put(store, "/a", "");
      assert.equal((await store.get("/a"))?.value.byteLength, 0);
    });

    test("revisions are handed out one by one over all keys", async () => {
      const revisions = await Promise.all(["/a", "/b", "/c"].map((key) => put(store, key, "x")));
      assert.deepEqual(revisions, [2, 3, 4]);
    });

    test("a write that expects another revision is refused with the present value", async () => {
      const revision = await put(store, "/a", "one");
      await assert.rejects(put(store, "/a", "two"), (error: StoreError) => {
        assert.deepEqual(
          [error.code, error.present?.revision, text(error.present!.value)],
          ["conflict", revision, "one"],
        );
        return true;
      });
      await assert.rejects(put(store, "/b", "two", revision), (error: StoreError) => error.present === undefined);
      await assert.rejects(store.write({ key: "/b", expected: 0 }), failsWith("conflict"));
    });

    test("of writers that race for one key exactly one wins each round", async () => {
      for (let round = 0, expected = 0; round < 20; round++) {
        const results = await Promise.allSettled(
          Array.from({ length: 8 }, (_, n) => put(store, "/a", `${n}`, expected)),
        );
        const won = results.filter((result) => result.status === "fulfilled");
        assert.equal(won.length, 1);
        expected = (won[0] as PromiseFulfilledResult<number>).value;
        assert.equal((await store.get("/a"))?.revision, expected);
      }
    });

    test("a refused racer learns the value that won", async () => {
      const results = await Promise.allSettled([put(store, "/a", "first"), put(store, "/a", "second")]);
      const refusal = (results[1] as PromiseRejectedResult).reason as StoreError;
      assert.equal(text(refusal.present!.value), "first");
    });

    test("a key can be made, deleted and made again within one batch", async () => {
      const watched = collect(store, "/", 1, 3);
      const results = await Promise.all([
        put(store, "/a", "one"),
        store.write({ key: "/a", expected: 2 }),
        put(store, "/a", "two"),
      ]);
      assert.deepEqual(results, [2, 3, 4]);
      const events = (await watched).map((event) => [event.type, text(event.value), event.previous?.revision]);
      assert.deepEqual(events, [
        ["put", "one", undefined],
        ["delete", "one", 2],
        ["put", "two", undefined],
      ]);
    });

    test("a last value and the deletion behind it are two revisions of one write", async () => {
      const first = await put(store, "/a", "one");
      const watched = collect(store, "/", first, 3);
      const last = { key: "/a", expected: first, value: bytes("two"), isLast: true };
      const results = await Promise.all([store.write(last), put(store, "/a", "three")]);
      assert.deepEqual(results, [first + 2, first + 3]);
      const events = (await watched).map((event) => [event.type, event.revision, text(event.value)]);
      assert.deepEqual(events, [
        ["put", first + 1, "two"],
        ["delete", first + 2, "two"],
        ["put", first + 3, "three"],
      ]);
      const [before] = (await store.list({ prefix: "/", revision: first + 1 })).items;
      assert.equal(text(before!.value), "two");
      await assert.rejects(store.write(last), failsWith("conflict"));
    });

    test("lists come in the order of the keys' bytes and stay within the prefix", async () => {
      for (const key of ["/b/1", "/a/2", "/a/10", "/a/1", "/aa", "/a/ü", "/a/\uffee", "/a/\u{1f600}"])
        await put(store, key, key);
      const { items } = await store.list({ prefix: "/a/" });
      assert.deepEqual(
        items.map(({ key }) => key),
        ["/a/1", "/a/10", "/a/2", "/a/ü", "/a/\uffee", "/a/\u{1f600}"],
      );
      assert.equal((await store.list({ prefix: "" })).items.length, 8);
    });

    test("paging shows the snapshot of the first page, whatever is written meanwhile", async () => {
      for (const n of [1, 2, 3, 4, 5]) await put(store, `/p/${n}`, `old ${n}`);
      const first = await store.list({ prefix: "/p/", limit: 2 });
      assert.equal(first.remaining, 3);
      await put(store, "/p/4", "new", (await store.get("/p/4"))!.revision);
      await store.write({ key: "/p/3", expected: (await store.get("/p/3"))!.revision });
      await put(store, "/p/31", "new");
      const second = await store.list({ prefix: "/p/", after: "/p/2", limit: 2, revision: first.revision });
      assert.deepEqual(
        second.items.map(({ value }) => text(value)),
        ["old 3", "old 4"],
      );
      assert.deepEqual([second.revision, second.remaining], [first.revision, 1]);
      await put(store, "/p/3", "again");
      await store.write({ key: "/p/5", expected: (await store.get("/p/5"))!.revision });
      const third = await store.list({ prefix: "/p/", after: "/p/4", limit: 2, revision: first.revision });
      assert.deepEqual(
        third.items.map(({ value }) => text(value)),
        ["old 5"],
      );
      const now = await store.list({ prefix: "/p/" });
      assert.deepEqual(
        now.items.map(({ key }) => key),
        ["/p/1", "/p/2", "/p/3", "/p/31", "/p/4"],
      );
    });

    test("a list that takes many turns of the event loop shows one state, whatever is written meanwhile", async () => {
      const keys = Array.from({ length: 2500 }, (_, index) => `/many/${String(index).padStart(4, "0")}`);
      const revisions = await Promise.all(keys.map((key) => put(store, key, "before")));
      const { revision } = store;
      const reading = [store.list({ prefix: "/many/" }), store.list({ prefix: "/many/", revision, limit: 1200 })];
      const writes = [
        store.write({ key: keys[2400]!, expected: revisions[2400]! }),
        put(store, keys[1700]!, "after", revisions[1700]),
        put(store, "/many/15000", "new"),
      ];
      await Promise.all(writes);
      const [whole, page] = await Promise.all(reading);
      assert.deepEqual(
        [whole!.revision, whole!.remaining, page!.items.length, page!.remaining],
        [revision, 0, 1200, 1300],
      );
      assert.deepEqual(
        whole!.items.map(({ key }) => key),
        keys,
      );
      assert.ok(whole!.items.every(({ value }) => text(value) === "before"));
    });

    test("a watch replays what came after its revision and goes on without gap or repeat", async () => {
      await put(store, "/w/1", "x");
      const from = await put(store, "/w/2", "x");
      const watched = collect(store, "/w/", from, 3);
      const third = await put(store, "/w/3", "x");
      await put(store, "/other", "x");
      await put(store, "/w/3", "y", third);
      await store.write({ key: "/w/3", expected: third + 2 });
      const events = (await watched).map(({ type, key, value, previous }) => [
        type,
        key,
        text(value),
        previous && text(previous.value),
      ]);
      assert.deepEqual(events, [
        ["put", "/w/3", "x", undefined],
        ["put", "/w/3", "y", "x"],
        ["delete", "/w/3", "y", "y"],
      ]);
    });

    test("a watch from the past sees thousands of events in order while writes go on", async () => {
      await Promise.all(Array.from({ length: 1700 }, (_, n) => put(store, `/w/${n}`, "x")));
      const watched = collect(store, "/w/", 1, 2000);
      await Promise.all(Array.from({ length: 300 }, (_, n) => put(store, `/w/more-${n}`, "x")));
      const revisions = (await watched).map(({ revision }) => revision);
      assert.deepEqual(
        revisions,
        Array.from({ length: 2000 }, (_, n) => n + 2),
      );
    });

    test("a write's event is delivered before the writer is told", async () => {
      let delivered = 0;
      store.watch("/", 1, (_, revision) => {
        delivered = revision;
      });
      assert.equal(await put(store, "/a", "x"), delivered);
    });

    test("a watch is told of progress by writes that are not its own", async () => {
      const told: [number, number][] = [];
      store.watch("/a/", 1, (events, revision) => told.push([events.length, revision]));
      await put(store, "/b/1", "x");
      assert.deepEqual(told, [[0, 2]]);
    });

    test("a closed watch hears nothing", async () => {
      const watch = store.watch("/", 1, () => assert.fail("heard something"));
      watch.close();
      await put(store, "/a", "x");
    });

    test("compaction forgets history and keeps every current value", async () => {
      const first = await put(store, "/a", "one");
      const second = await put(store, "/a", "two", first);
      const other = await put(store, "/b", "x");
      await store.write({ key: "/b", expected: other });
      const last = await put(store, "/c", "x");
      await store.compact(last);
      assert.equal(store.floor, last);
      assert.equal(text((await store.get("/a"))!.value), "two");
      assert.equal((await store.get("/a"))!.revision, second);
      assert.deepEqual(
        (await store.list({ prefix: "/", revision: last })).items.map(({ key }) => key),
        ["/a", "/c"],
      );
      await assert.rejects(store.list({ prefix: "/", revision: second }), failsWith("compacted"));
      assert.throws(() => store.watch("/", second, () => {}), failsWith("compacted"));
      assert.equal(store.revision, last);
    });

    test("a snapshot and a watch right at the floor stay possible after compaction", async () => {
      const first = await put(store, "/a", "one");
      await store.compact(first);
      const second = await put(store, "/a", "two", first);
      await store.write({ key: "/a", expected: second });
      const { items } = await store.list({ prefix: "/", revision: first });
      assert.deepEqual(
        items.map(({ value }) => text(value)),
        ["one"],
      );
      assert.equal((await collect(store, "/", first, 2)).length, 2);
    });

    test("a watch that still catches up loses nothing to a compaction", async () => {
      for (let n = 0; n < 5; n++) await put(store, `/w/${n}`, "x");
      const watched = collect(store, "/w/", 1, 5);
      await store.compact(store.revision);
      assert.equal((await watched).length, 5);
    });

    test("a revision that is not reached yet is refused as future", async () => {
      await assert.rejects(store.list({ prefix: "", revision: 2 }), failsWith("future"));
      await assert.rejects(store.compact(2), failsWith("future"));
      assert.throws(() => store.watch("", 2, () => {}), failsWith("future"));
    });

    test("keys and values beyond the limits are refused by name", async () => {
      await assert.rejects(put(store, "", "x"), failsWith("bad-key"));
      await assert.rejects(put(store, "/a\0b", "x"), failsWith("bad-key"));
      await assert.rejects(put(store, `/${"k".repeat(2000)}`, "x"), failsWith("too-large"));
      await assert.rejects(
        store.write({ key: "/a", expected: 0, value: new Uint8Array(2 ** 21) }),
        failsWith("too-large"),
      );
      const large = new Uint8Array(1.5 * 2 ** 20);
      await store.write({ key: "/a", expected: 0, value: large });
      assert.equal((await store.get("/a"))?.value.byteLength, large.byteLength);
    });

    test("closing finishes the writes asked for before, and refuses later ones", async () => {
      const pending = put(store, "/a", "x");
      await store.close();
      assert.equal(await pending, 2);
      await assert.rejects(put(store, "/b", "x"), failsWith("closed"));
      await assert.rejects(store.get("/a"), failsWith("closed"));
    });
  });
}
