/** Random histories against a model that keeps every state it ever was in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { collect, text } from "./contract.suite.ts";
import type { Store, StoreEvent } from "./contract.ts";
import { StoreError } from "./errors.ts";

type State = ReadonlyMap<string, { readonly revision: number; readonly value: string }>;

interface Step {
  readonly key: string;
  readonly kind: "put" | "delete" | "last" | "stale";
  /** Written together with the step before. */
  readonly together: boolean;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    key: fc.constantFrom("/a/1", "/a/2", "/a/10", "/b/1", "/b/ü"),
    kind: fc.constantFrom("put", "put", "put", "delete", "last", "stale"),
    together: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);

/** What each revision looked like. */
class Model {
  readonly history = new Map<number, State>([[1, new Map()]]);
  revision = 1;

  get state(): State {
    return this.history.get(this.revision)!;
  }

  /** Answers the revision to expect of the key, and applies the step where it will succeed. */
  apply({ key, kind }: Step, value: string): { readonly expected: number; readonly succeeds: boolean } {
    const current = this.state.get(key)?.revision ?? 0;
    if (kind === "stale") return { expected: current + 1, succeeds: false };
    if (kind === "delete" && current === 0) return { expected: 0, succeeds: false };
    if (kind !== "delete") this.#become((next, revision) => next.set(key, { revision, value }));
    if (kind !== "put") this.#become((next) => next.delete(key));
    return { expected: current, succeeds: true };
  }

  #become(change: (next: Map<string, { revision: number; value: string }>, revision: number) => void): void {
    const next = new Map(this.state);
    this.revision++;
    change(next, this.revision);
    this.history.set(this.revision, next);
  }
}

const listed = (state: State, prefix: string, after = ""): string[] =>
  [...state]
    .filter(([key]) => key.startsWith(prefix) && key > after)
    .map(([key, { revision, value }]) => `${key} ${revision} ${value}`)
    .sort();

async function run(store: Store, model: Model, all: readonly Step[]): Promise<void> {
  let together: Promise<void>[] = [];
  for (const [index, step] of all.entries()) {
    if (!step.together) {
      await Promise.all(together);
      together = [];
    }
    const { expected, succeeds } = model.apply(step, `value ${index}`);
    const revision = model.revision;
    const { key, kind } = step;
    const value = kind === "delete" ? {} : { value: Buffer.from(`value ${index}`), isLast: kind === "last" };
    together.push(check(store.write({ key, expected, ...value }), succeeds ? revision : undefined));
  }
  await Promise.all(together);
}

async function check(write: Promise<number>, revision: number | undefined): Promise<void> {
  if (revision !== undefined) return assert.equal(await write, revision);
  await assert.rejects(write, (error: unknown) => error instanceof StoreError && error.code === "conflict");
}

async function compareSnapshots(store: Store, model: Model, from: number): Promise<void> {
  for (let revision = from; revision <= model.revision; revision++) {
    const state = model.history.get(revision)!;
    for (const prefix of ["/", "/a/", "/a/1"]) {
      const { items } = await store.list({ prefix, revision });
      assert.deepEqual(
        items.map((item) => `${item.key} ${item.revision} ${text(item.value)}`),
        listed(state, prefix),
      );
    }
    const page = await store.list({ prefix: "/", after: "/a/10", limit: 2, revision });
    const rest = listed(state, "/", "/a/10");
    assert.deepEqual(
      [page.items.map((item) => item.key), page.remaining],
      [rest.slice(0, 2).map((line) => line.split(" ")[0]), Math.max(0, rest.length - 2)],
    );
  }
}

/** What a watch reports, replayed on the state it began with, gives every later state. */
function compareEvents(events: readonly StoreEvent[], model: Model, from: number): void {
  const state = new Map(model.history.get(from));
  for (const { type, key, revision, value, previous } of events) {
    assert.deepEqual(previous && { revision: previous.revision, value: text(previous.value) }, state.get(key));
    if (type === "put") state.set(key, { revision, value: text(value) });
    else state.delete(key);
    assert.deepEqual(new Map(state), model.history.get(revision));
  }
}

export function modelTests(name: string, open: () => Store): void {
  test(`${name}: any history of writes looks as the model has it, at every revision, also after compaction`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.double({ min: 0, max: 1, noNaN: true }), async (all, part) => {
        const store = open();
        const model = new Model();
        await run(store, model, all);
        await compareSnapshots(store, model, 1);
        const floor = 1 + Math.floor(part * (model.revision - 1));
        await store.compact(floor);
        await compareSnapshots(store, model, floor);
        if (floor < model.revision)
          compareEvents(await collect(store, "/", floor, model.revision - floor), model, floor);
        await store.close();
      }),
      { numRuns: 60 },
    );
  });
}
