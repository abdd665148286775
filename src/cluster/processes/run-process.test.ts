/** A process that cannot start says why, in one line, and ends. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openLmdbStore } from "../../store/mod.ts";

const root = mkdtempSync(join(tmpdir(), "kubets-run-process-"));
after(() => rmSync(root, { recursive: true }));

const at = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
const script = `
  import { pino } from "pino";
  import { runProcess } from ${at("./run-process.ts")};
  import { openLmdbStore } from ${at("../../store/mod.ts")};
  await runProcess(pino(pino.destination({ fd: 1, sync: true })), async () => {
    const store = openLmdbStore({ folder: process.argv[1] });
    return { stop: () => store.close() };
  });`;

/** What the process has logged, and its exit code. */
function start(folder: string, source = script) {
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", source, folder], {
    encoding: "utf8",
    cwd: import.meta.dirname,
  });
  const lines = stdout.trim().split("\n");
  return { status, lines: lines.map((line) => JSON.parse(line)) };
}

function refused(folder: string, code: string, message: RegExp): void {
  const { status, lines } = start(folder);
  assert.equal(status, 1);
  assert.deepEqual(
    lines.map(({ level, msg, err }) => [level, msg, err.code]),
    [[60, "could not start", code]],
  );
  assert.match(lines[0].err.message, message);
}

test("where the store's folder cannot be written", () => {
  const folder = join(root, "file");
  writeFileSync(folder, "");
  refused(folder, "unwritable", /^the store's folder .*file cannot be written: /);
});

test("where the store's file is damaged", () => {
  const folder = mkdtempSync(join(root, "damaged-"));
  writeFileSync(join(folder, "data.mdb"), Buffer.alloc(8192, "x"));
  refused(folder, "corrupt", /cannot be read: it is no LMDB file/);
});

test("where the journal is damaged, and more than its last write", {
  skip: process.platform !== "linux" && "only Linux has a journal",
}, async () => {
  const folder = mkdtempSync(join(root, "journal-"));
  const store = openLmdbStore({ folder });
  for (const key of ["/a", "/b"]) await store.write({ key, expected: 0, value: Buffer.from("x") });
  const journal = readFileSync(join(folder, "journal-0"));
  await store.close();
  journal[20]! ^= 1;
  // As a crash had left it: nothing is carried over.
  const crashed = mkdtempSync(join(root, "crashed-"));
  writeFileSync(join(crashed, "journal-0"), journal);
  refused(crashed, "corrupt", /^the journal .*journal-0 is damaged at byte 0, and writes that were acknowledged/);
});

test("what works and then cannot become ready is stopped, and ends as a start that failed", () => {
  const { status, lines } = start(
    root,
    `
    import { pino } from "pino";
    import { runProcess } from ${at("./run-process.ts")};
    const log = pino(pino.destination({ fd: 1, sync: true }));
    const ready = new Promise((_, reject) => setImmediate(() => reject(new Error("nobody there"))));
    await runProcess(log, async () => ({ ready, stop: async () => log.info("stopped") }));`,
  );
  assert.equal(status, 1);
  assert.deepEqual(
    lines.map(({ level, msg, err }) => [level, msg, err?.message]),
    [
      [30, "stopped", undefined],
      [60, "could not start", "nobody there"],
    ],
  );
});

test("the log begins with when the process was ready", () => {
  const { status, lines } = start(
    root,
    `
    import { pino } from "pino";
    import { runProcess } from ${at("./run-process.ts")};
    const log = pino(pino.destination({ fd: 1, sync: true }));
    const ready = new Promise((resolve) => setImmediate(resolve));
    void ready.then(() => setTimeout(() => process.kill(process.pid, "SIGTERM")));
    const work = setInterval(() => {}, 1000);
    const stop = async () => {
      clearInterval(work);
      log.info("stopped");
    };
    await runProcess(log, async () => ({ ready, stop }));`,
  );
  assert.equal(status, 0);
  assert.deepEqual(
    lines.map(({ msg, afterMs }) => [msg, typeof afterMs]),
    [
      ["ready", "number"],
      ["stopped", "undefined"],
    ],
  );
});
