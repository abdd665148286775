/** A large file that somebody has cut: LMDB would end the process on its way from a page to the next, so it is not opened. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { openLmdbStore } from "./engines.ts";
import { checkLmdbFile } from "./lmdb-file.ts";

const root = mkdtempSync(join(tmpdir(), "kubets-file-"));
after(() => rmSync(root, { recursive: true }));
const folder = join(root, "whole");
const whole = join(folder, "data.mdb");
const cuts = 60;

/** Values within a page and over several, some of them gone again: the file has pages of each kind, and free ones in its midst. */
async function fill(): Promise<void> {
  const store = openLmdbStore({ folder, durable: false });
  const keys = Array.from({ length: 2500 }, (_, index) => `/registry/things/${index}`);
  const value = (index: number) => Buffer.alloc(index % 50 === 0 ? 30_000 : 800 + (index % 1200), `${index}`);
  const revisions = await Promise.all(keys.map((key, index) => store.write({ key, expected: 0, value: value(index) })));
  const changed = keys.map((key, index) => ({ key, expected: revisions[index]!, value: value(index + 1) }));
  await Promise.all(changed.slice(0, 800).map((write) => store.write(write)));
  await Promise.all(changed.slice(2000).map(({ key, expected }) => store.write({ key, expected })));
  await store.compact(store.revision);
  await store.close();
}

async function listed(place: string): Promise<number> {
  const store = openLmdbStore({ folder: place, durable: false });
  const { items } = await store.list({ prefix: "" });
  await store.close();
  return items.length;
}

/** Prints what becomes of each cut: how many are read, refused when they are opened, and found damaged later. */
const program = `
import { copyFileSync, mkdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { openLmdbStore } from ${JSON.stringify(new URL("engines.ts", import.meta.url))};
const [whole, root] = process.argv.slice(1);
const { size } = statSync(whole);
const outcomes = { read: 0, refused: 0, later: 0 };
const messages = new Set();
for (let cut = 1; cut <= ${cuts}; cut++) {
  const folder = join(root, "cut-" + cut);
  mkdirSync(folder);
  const file = join(folder, "data.mdb");
  copyFileSync(whole, file);
  truncateSync(file, Math.floor((size * cut) / ${cuts + 1}));
  let store;
  try {
    store = openLmdbStore({ folder, durable: false });
    const { items } = await store.list({ prefix: "" });
    if (items.length !== 2000) throw new Error("there are " + items.length);
    for (let index = 0; index < 50; index++)
      await store.write({ key: "/registry/more/" + index, expected: 0, value: Buffer.alloc(20_000) });
    outcomes.read++;
  } catch (error) {
    if (error.code !== "corrupt") throw error;
    outcomes[store ? "later" : "refused"]++;
    if (!store) messages.add(error.message.replace(/ in \\S+ /, " in FOLDER ").replaceAll(/[0-9]+/g, "N"));
  }
  await store?.close();
  rmSync(folder, { recursive: true });
}
console.log(JSON.stringify({ ...outcomes, messages: [...messages] }));
`;

describe("a large store file", () => {
  before(fill);

  test("that is whole is opened", () => {
    checkLmdbFile(whole);
    assert.ok(statSync(whole).size > 5_000_000);
  });

  test("that was cut is refused when it is opened, with what to do, and never ends the process", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program, whole, root]);
    const { read, refused, later, messages } = JSON.parse(stdout);
    assert.equal(read + refused, cuts);
    assert.equal(later, 0);
    assert.ok(refused > cuts / 2, `${read} were read`);
    assert.deepEqual(messages, [
      "the store in FOLDER cannot be read: its file has N of N bytes, and what is missing is in use; restore the folder from a backup, or start without it",
    ]);
  });

  test("that lacks free pages at its end is whole, and one page less is not", async () => {
    const place = join(root, "tail");
    mkdirSync(place);
    const file = join(place, "data.mdb");
    const cut = join(root, "cut");
    copyFileSync(whole, file);
    // LMDB takes the lowest free pages first: what is written now and removed again is at the end.
    const before = openLmdbStore({ folder: place, durable: false });
    const keys = Array.from({ length: 60 }, (_, index) => `/registry/gone/${index}`);
    const value = Buffer.alloc(30_000);
    const revisions = await Promise.all(keys.map((key) => before.write({ key, expected: 0, value })));
    await Promise.all(keys.map((key, index) => before.write({ key, expected: revisions[index]! })));
    await before.compact(before.revision);
    await before.close();
    const pages = statSync(file).size / 4096;
    const isWhole = (kept: number) => {
      copyFileSync(file, cut);
      truncateSync(cut, kept * 4096);
      try {
        checkLmdbFile(cut);
        return true;
      } catch {
        return false;
      }
    };
    let [tooFew, enough] = [2, pages];
    while (enough - tooFew > 1) {
      const middle = (tooFew + enough) >> 1;
      if (isWhole(middle)) enough = middle;
      else tooFew = middle;
    }
    assert.ok(pages - enough > 50, `${enough} of ${pages} pages are needed`);
    truncateSync(file, enough * 4096);
    assert.equal(await listed(place), 2000);
    appendFileSync(file, Buffer.alloc(5000));
    assert.equal(await listed(place), 2000);
  });
});

test("a file that is none of LMDB's, or whose pages lead to each other, is refused", () => {
  const place = join(root, "odd");
  mkdirSync(place);
  const file = join(place, "data.mdb");
  for (const content of ["x", "not a database ".repeat(1000)]) {
    writeFileSync(file, content);
    assert.throws(() => checkLmdbFile(file), /it is no LMDB file/);
  }
  const meta = readFileSync(whole).subarray(0, 8192);
  // A branch whose only entry is the page itself, in a file that says that it is longer.
  const page = Buffer.alloc(4096);
  page.writeBigUInt64LE(2n, 0);
  page.writeUInt16LE(1, 18);
  page.writeUInt16LE(2, 20);
  page.writeUInt16LE(100, 24);
  page.writeUIntLE(2, 124, 6);
  for (const start of [0, 4096]) for (const at of [88, 136]) meta.writeBigUInt64LE(2n, start + at);
  writeFileSync(file, Buffer.concat([meta, page]));
  assert.throws(() => checkLmdbFile(file), /what is missing is in use/);
  writeFileSync(file, Buffer.concat([meta, Buffer.alloc(4096, 255)]));
  assert.throws(() => checkLmdbFile(file), /what is missing is in use/);
  truncateSync(file, 0);
  checkLmdbFile(file);
  checkLmdbFile(join(place, "missing"));
});
