import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
import { failsWith, put, storeContract, text } from "./contract.suite.ts";
import { openLmdbStore } from "./engines.ts";
import { modelTests } from "./model.suite.ts";

const root = mkdtempSync(join(tmpdir(), "kubets-store-"));
after(() => rmSync(root, { recursive: true }));
let count = 0;
const newFolder = (): string => join(root, `${count++}`);
const isRoot = process.getuid?.() === 0;

storeContract("lmdb", () => openLmdbStore({ folder: newFolder() }));
modelTests("lmdb", () => openLmdbStore({ folder: newFolder() }));

describe("the lmdb store on disk", () => {
  test("everything is there after closing and opening: values, revisions, history, the floor", async () => {
    const folder = newFolder();
    const before = openLmdbStore({ folder });
    const first = await put(before, "/a", "one");
    const second = await put(before, "/a", "two", first);
    await before.compact(second);
    const third = await put(before, "/b", "three");
    await before.close();
    const store = openLmdbStore({ folder });
    assert.equal(store.revision, third);
    assert.equal(text((await store.get("/a"))!.value), "two");
    assert.equal((await store.list({ prefix: "/", revision: second })).items.length, 1);
    await assert.rejects(store.list({ prefix: "/", revision: first }), failsWith("compacted"));
    await store.close();
  });

  test("a revision is never handed out twice, though its key is gone and history forgotten", async () => {
    const folder = newFolder();
    const before = openLmdbStore({ folder });
    const made = await put(before, "/a", "one");
    const deleted = await before.write({ key: "/a", expected: made });
    await before.compact(deleted);
    await before.close();
    const store = openLmdbStore({ folder });
    assert.equal(store.revision, deleted);
    assert.equal(await put(store, "/a", "again"), deleted + 1);
    await store.close();
  });

  test("only the owner can read the files", async () => {
    const folder = newFolder();
    const store = openLmdbStore({ folder });
    await put(store, "/secret", "x");
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const file of readdirSync(folder)) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
    await store.close();
  });

  test("compaction gives space back for reuse: a key written for ever does not grow the file for ever", async () => {
    const folder = newFolder();
    const store = openLmdbStore({ folder });
    let revision = 0;
    const sizes: number[] = [];
    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 40; n++)
        revision = await store.write({ key: "/a", expected: revision, value: Buffer.alloc(20_000, round) });
      await store.compact(revision);
      sizes.push(statSync(join(folder, "data.mdb")).size);
    }
    assert.ok(sizes.at(-1)! <= sizes[2]! * 1.5, sizes.join(" "));
    await store.close();
  });
});

describe("what can be wrong with the lmdb store's folder", () => {
  test("a folder that another process has open is refused as locked, and free once that is gone", async () => {
    const folder = newFolder();
    const other = writer(folder);
    await once(other.lines, "line");
    assert.throws(() => openLmdbStore({ folder }), failsWith("locked"));
    other.child.kill("SIGKILL");
    await once(other.child, "close");
    await openLmdbStore({ folder }).close();
  });

  test("the same process cannot open it twice either", async () => {
    const folder = newFolder();
    const store = openLmdbStore({ folder });
    assert.throws(() => openLmdbStore({ folder }), failsWith("locked"));
    await store.close();
    await openLmdbStore({ folder }).close();
  });

  test("a path that is a file is refused as unwritable", () => {
    const folder = newFolder();
    writeFileSync(folder, "");
    assert.throws(() => openLmdbStore({ folder }), failsWith("unwritable"));
  });

  test("a disk that became read-only is refused as unwritable", {
    skip: isRoot ? false : "needs root to mount a small disk",
  }, async () => {
    const run = promisify(execFile);
    const disk = newFolder();
    mkdirSync(disk);
    await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]);
    try {
      const folder = join(disk, "store");
      await openLmdbStore({ folder }).close();
      await run("mount", ["-o", "remount,ro", disk]);
      assert.throws(() => openLmdbStore({ folder }), failsWith("unwritable"));
    } finally {
      await run("umount", [disk]);
    }
  });

  test("a file that no store wrote is refused as corrupt", () => {
    for (const length of [1, 20, 5000, 20_000]) {
      const folder = newFolder();
      mkdirSync(folder);
      writeFileSync(join(folder, "data.mdb"), Buffer.alloc(length, "not a database "));
      assert.throws(() => openLmdbStore({ folder }), failsWith("corrupt"));
    }
  });

  test("a value that is damaged while it is open is reported as corrupt and never served", async () => {
    const folder = newFolder();
    const store = openLmdbStore({ folder });
    await store.write({ key: "/a", expected: 0, value: Buffer.alloc(100_000, "intact") });
    await store.close();
    const again = openLmdbStore({ folder });
    const file = openSync(join(folder, "data.mdb"), "r+");
    for (let page = 2; page < statSync(join(folder, "data.mdb")).size / 4096; page++)
      writeSync(file, "X", page * 4096 + 3000);
    await assert.rejects(again.get("/a"), failsWith("corrupt"));
    await again.close();
    closeSync(file);
  });

  for (const kept of [3000, 6 * 1024, 16 * 1024])
    test(`a file that is cut to ${kept} bytes is reported as corrupt and does not end the process`, async () => {
      const folder = newFolder();
      const before = openLmdbStore({ folder });
      for (let n = 0; n < 50; n++) await before.write({ key: `/${n}`, expected: 0, value: Buffer.alloc(10_000, "x") });
      await before.close();
      truncateSync(join(folder, "data.mdb"), kept);
      const script = `
      import { openLmdbStore } from ${JSON.stringify(new URL("./engines.ts", import.meta.url).href)};
      try { const store = openLmdbStore({ folder: process.argv[1] }); await store.list({ prefix: "" }); }
      catch (error) { console.log(error.code); }`;
      const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script, folder]);
      assert.equal(stdout, "corrupt\n");
    });

  test("a full disk refuses writes, keeps what it has, and takes writes again when there is room", {
    skip: isRoot ? false : "needs root to mount a small disk",
  }, async () => {
    const run = promisify(execFile);
    const disk = newFolder();
    mkdirSync(disk);
    await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]);
    try {
      const ballast = join(disk, "ballast");
      writeFileSync(ballast, Buffer.alloc(1024 * 1024));
      const store = openLmdbStore({ folder: join(disk, "store") });
      let written = 0;
      const fill = async (): Promise<void> => {
        for (;;) await store.write({ key: `/${written}`, expected: 0, value: Buffer.alloc(20_000, written++) });
      };
      await assert.rejects(fill(), failsWith("full"));
      const { items } = await store.list({ prefix: "" });
      assert.equal(items.length, written - 1);
      rmSync(ballast);
      await put(store, "/after", "there is room");
      assert.equal(text((await store.get("/after"))!.value), "there is room");
      await store.close();
    } finally {
      await run("umount", [disk]);
    }
  });
});

/** A process that writes without pause and prints each key when its write is acknowledged. */
function writer(folder: string) {
  const script = `
    import { openLmdbStore } from ${JSON.stringify(new URL("./engines.ts", import.meta.url).href)};
    const store = openLmdbStore({ folder: process.argv[1] });
    const write = async (name) => {
      for (let n = 0; ; n++) {
        const revision = await store.write({ key: \`/\${name}/\${n}\`, expected: 0, value: Buffer.alloc(2000, n) });
        process.stdout.write(\`/\${name}/\${n} \${revision}\\n\`);
        if (n % 50 === 49) await store.compact(revision - 20);
      }
    };
    for (let name = 0; name < 8; name++) write(name);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { child, lines: createInterface(child.stdout) };
}

test("kill -9 of a writer loses no acknowledged write", async () => {
  const folder = newFolder();
  for (let round = 0; round < 3; round++) {
    const { child, lines } = writer(`${folder}-${round}`);
    const acknowledged: string[] = [];
    lines.on("line", (line) => {
      acknowledged.push(line);
      if (acknowledged.length === 300 + 170 * round) child.kill("SIGKILL");
    });
    await once(lines, "close");
    const store = openLmdbStore({ folder: `${folder}-${round}` });
    for (const line of acknowledged) {
      const [key, revision] = line.split(" ");
      const stored = await store.get(key!);
      assert.equal(stored?.revision, Number(revision), `${key} is lost`);
      assert.ok(stored.value.every((byte) => byte === Number(key!.split("/")[2]) % 256));
    }
    await store.close();
  }
});
