import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { MappedPages } from "./mapped-pages.ts";

const mebibyte = 1024 * 1024;
const root = mkdtempSync(join(tmpdir(), "kubets-pages-"));
after(() => rmSync(root, { recursive: true }));

/** Of a process in which a test says what is resident. */
function somePages() {
  const state = { resident: 60 * mebibyte, now: 0, given: 0 };
  const pages = new MappedPages("unused", {
    resident: () => state.resident,
    now: () => state.now,
    give: () => {
      state.given += 1;
      state.resident = 60 * mebibyte;
    },
  });
  return { state, pages };
}

test("pages go back when much was read and they have become many, at most once a second", () => {
  const { state, pages } = somePages();
  const readMany = () => {
    for (let read = 0; read < 1000; read++) pages.touch(1);
    return state.given;
  };
  state.resident = 80 * mebibyte;
  assert.equal(readMany(), 0);
  state.resident = 100 * mebibyte;
  pages.touch(999);
  assert.equal(state.given, 0);
  assert.equal(readMany(), 1);
  state.resident = 100 * mebibyte;
  assert.equal(readMany(), 1);
  state.now += 1000;
  assert.equal(readMany(), 2);
  assert.equal(readMany(), 2);
});

/** What most programs here begin with; they print numbers. */
const preamble = `
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LmdbLog } from ${JSON.stringify(new URL("lmdb-log.ts", import.meta.url))};
import { giveMappedPages } from ${JSON.stringify(new URL("mapped-pages.ts", import.meta.url))};
const folder = process.argv[1];
const file = join(folder, "data.mdb");
const log = LmdbLog.open({ folder, durable: false });
const valueOf = (revision) => Buffer.alloc(1000 + (revision % 3000), revision % 251);
const keys = 250;
const versionOf = (revision) => {
  const previous = revision - keys < 2 ? 0 : revision - keys;
  return { revision, key: "/" + (revision % keys), previous, value: valueOf(revision) };
};
const append = (count) => log.append(Array.from({ length: count }, (_, index) => versionOf(log.newest + 1 + index)));
const isRight = (revision) => valueOf(revision).equals(log.version(revision)?.value ?? Buffer.alloc(0));
/** The store's file in this process, in MiB, as the kernel counts it for each mapping. */
function resident() {
  const mappings = readFileSync("/proc/self/smaps", "utf8").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  const ours = mappings.filter((text) => text.slice(0, text.indexOf("\\n")).endsWith(file));
  return ours.reduce((sum, text) => sum + Number(/^Rss: +(\\d+) kB/m.exec(text)[1]) / 1024, 0);
}
`;

async function run(program: string, name: string): Promise<Record<string, number>> {
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", preamble + program];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...args, join(root, name)]);
  assert.equal(stderr, "");
  return JSON.parse(stdout);
}

const onLinux = { skip: process.platform === "linux" ? false : "other systems keep the pages" };

test("what was read of the store's file leaves the process, and is read again as it was", onLinux, async () => {
  const { before, left, wrong, again } = await run(
    `
    while (log.newest < 10_000) await append(500);
    await log.close();
    const opened = LmdbLog.open({ folder, durable: false });
    // Of all places, but so few that the log does not yet let go of them by itself.
    const readSome = () => {
      let wrong = 0;
      for (let revision = 2; revision <= opened.newest; revision += 25)
        if (!valueOf(revision).equals(opened.version(revision).value)) wrong++;
      return wrong;
    };
    readSome();
    const before = resident();
    giveMappedPages(file);
    const left = resident();
    console.log(JSON.stringify({ before, left, wrong: readSome(), again: resident() }));
    await opened.close();`,
    "read",
  );
  assert.ok(before! > 15, `${before} MiB before`);
  assert.ok(left! < 0.5, `${left} MiB left`);
  assert.equal(wrong, 0);
  assert.ok(again! > 15, `${again} MiB in the end`);
});

test(
  "reads are right, and all that was written is there, while pages go back in the midst of writes",
  onLinux,
  async () => {
    const { wrong, given, lost, swept } = await run(
      `
    let [wrong, given, done] = [0, 0, false];
    const removed = new Set();
    const write = async () => {
      for (let round = 0; round < 30; round++) {
        await append(200);
        const upTo = log.newest - 500;
        if (round % 5 !== 4 || upTo <= log.swept) continue;
        // Pages become free by it, and are used again.
        await log.setFloor(upTo);
        const replaced = [];
        for (let revision = 2; revision + keys <= upTo; revision += 2) if (!removed.has(revision)) replaced.push(revision);
        for (const revision of replaced) removed.add(revision);
        await log.sweep(replaced, upTo);
      }
      done = true;
    };
    const read = async () => {
      while (!done) {
        for (let count = 0; count < 50; count++) {
          const revision = 2 + Math.floor(Math.random() * (log.newest - 2));
          if (!removed.has(revision) && log.newest > revision && !isRight(revision)) wrong++;
          if (count % 25 === 0) given++;
          if (count % 25 === 0) giveMappedPages(count === 0 ? file : undefined);
        }
        await new Promise(setImmediate);
      }
    };
    await Promise.all([write(), read()]);
    const { newest, swept } = log;
    await log.close();
    const after = LmdbLog.open({ folder, durable: false });
    let lost = 0;
    for (let revision = 2; revision <= newest; revision++)
      if (!removed.has(revision) && !valueOf(revision).equals(after.version(revision).value)) lost++;
    console.log(JSON.stringify({ wrong, given, lost, swept }));
    await after.close();`,
      "write",
    );
    assert.equal(wrong, 0);
    assert.equal(lost, 0);
    assert.ok(given! > 20 && swept! > 1000, `${given} times, swept to ${swept}`);
  },
);

test("a log from which much is read lets go of it by itself", onLinux, async () => {
  const { left } = await run(
    `
    while (log.newest < 20_000) await append(500);
    for (let revision = 2; revision <= log.newest; revision++) log.version(revision);
    const end = performance.now() + 10_000;
    while (resident() > 10 && performance.now() < end) for (let read = 0; read < 1000; read++) log.version(2);
    console.log(JSON.stringify({ left: resident() }));
    await log.close();`,
    "much",
  );
  assert.ok(left! < 10, `${left} MiB`);
});

test("where nothing is mapped nothing happens", async () => {
  const { left } = await run(
    `
    giveMappedPages(join(folder, "missing"));
    console.log(JSON.stringify({ left: 0 }));
    await log.close();`,
    "nothing",
  );
  assert.equal(left, 0);
});
