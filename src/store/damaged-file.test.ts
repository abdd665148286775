/** A store file some of whose bytes have changed: nothing of it is served wrong, and the process goes on. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { openLmdbStore } from "./engines.ts";

const root = mkdtempSync(join(tmpdir(), "kubets-damage-"));
after(() => rmSync(root, { recursive: true }));
const folder = join(root, "whole");
const trials = 150;

/** All kinds of pages: keys and versions over several levels, values within a page and over several, free ones, history. */
async function fill(): Promise<void> {
  const store = openLmdbStore({ folder, durable: false });
  const value = (index: number) => Buffer.alloc(index % 40 === 0 ? 20_000 : 100 + ((index * 37) % 900), `${index}`);
  const keys = Array.from({ length: 900 }, (_, index) => `/registry/${"things".repeat(5)}/${index % 7}/${index}`);
  const revisions = await Promise.all(keys.map((key, index) => store.write({ key, expected: 0, value: value(index) })));
  const changed = keys.map((key, index) => ({ key, expected: revisions[index]!, value: value(index + 1) }));
  await Promise.all(changed.slice(0, 300).map((write) => store.write(write)));
  await Promise.all(changed.slice(800).map(({ key, expected }) => store.write({ key, expected })));
  await store.compact(store.revision - 200);
  for (const { key, value } of changed.slice(800, 850)) await store.write({ key, expected: 0, value });
  await store.close();
}

/** Prints what becomes of each trial; in a process of its own, since that it ends is what must not happen. */
const program = `
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLmdbStore } from ${JSON.stringify(new URL("engines.ts", import.meta.url))};
const [whole, root] = process.argv.slice(1);
const content = readFileSync(join(whole, "data.mdb"));
const pages = Array.from({ length: content.length / 4096 - 2 }, (_, index) => index + 2);
const kindOf = (page) => content.readUInt16LE(page * 4096 + 18);
const kinds = [pages, pages.filter((page) => kindOf(page) === 1), pages.filter((page) => kindOf(page) === 2)];
let state = 1;
const below = (limit) => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8) % limit;

async function stateOf(store) {
  const { items, revision } = await store.list({ prefix: "" });
  const events = [];
  await new Promise((resolve, reject) => {
    const listener = (some, reached) => {
      events.push(...some.map(({ type, key, revision, value }) => [type, key, revision, Buffer.from(value).toString()]));
      if (reached === store.revision) resolve();
    };
    store.watch("", store.floor, listener, reject);
  });
  return JSON.stringify([revision, items.map((item) => [item.key, item.revision, Buffer.from(item.value).toString()]), events]);
}

/** Changes some bytes of one page, more often near its start, where LMDB's own words stand. */
function damaged(trial) {
  const file = Buffer.from(content);
  const some = kinds[trial % kinds.length];
  const page = some[below(some.length)];
  for (let left = 1 + below(6); left > 0; left--) file[page * 4096 + below(trial % 2 ? 4096 : 80)] ^= 1 + below(255);
  return file;
}

async function outcomeOf(file) {
  const folder = join(root, "trial");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, "data.mdb"), file);
  let store;
  try {
    store = openLmdbStore({ folder, durable: false });
  } catch (error) {
    return error.code + ": " + error.message;
  }
  const found = await stateOf(store);
  for (let index = 0; index < 60; index++)
    await store.write({ key: "/registry/more/" + index, expected: 0, value: Buffer.alloc(index % 5 ? 900 : 20_000) });
  await store.compact(store.revision);
  const { items } = await store.list({ prefix: "/registry/more/" });
  await store.close();
  return items.length === 60 ? found : "lost";
}

const right = await outcomeOf(content);
const outcomes = { right: 0, refused: [], other: [] };
for (let trial = 0; trial < ${trials}; trial++) {
  const outcome = await outcomeOf(damaged(trial));
  if (outcome === right) outcomes.right++;
  else if (outcome.startsWith("corrupt: ")) outcomes.refused.push(outcome);
  else outcomes.other.push(outcome.slice(0, 200));
}
console.log(JSON.stringify(outcomes));
`;

test("a store whose file is damaged serves what was written or is refused when it is opened, and tells what to do", async () => {
  await fill();
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program, folder, root]);
  const { right, refused, other } = JSON.parse(stdout) as { right: number; refused: string[]; other: string[] };
  assert.deepEqual(other, []);
  assert.ok(right > trials / 20 && refused.length > trials / 3, `${right} were right, ${refused.length} refused`);
  const told = /^corrupt: the store in \S+ cannot be read: .+; restore the folder from a backup, or start without it$/;
  for (const message of refused) assert.match(message, told);
});
