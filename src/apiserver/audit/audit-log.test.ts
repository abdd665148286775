import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { pino } from "pino";
import { AuditLog } from "./audit-log.ts";

const folder = mkdtempSync(join(tmpdir(), "kubets-audit-log-"));
after(() => rmSync(folder, { recursive: true }));
const log = pino({ enabled: false });

test("events are lines of a file that only its owner reads, and nothing is lost at the end", async () => {
  const path = join(folder, "plain.log");
  writeFileSync(path, "", { mode: 0o644 });
  for (const round of [1, 2]) {
    const audit = new AuditLog({ path, log, now: Date.now });
    audit.start();
    audit.write(`{"round":${round}}`);
    await audit.stop();
  }
  assert.equal(readFileSync(path, "utf8"), '{"round":1}\n{"round":2}\n');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("a path of - is the process's standard output", async () => {
  const program = `
    import { AuditLog } from ${JSON.stringify(new URL("audit-log.ts", import.meta.url).href)};
    const audit = new AuditLog({ path: "-", log: { error: console.error }, now: Date.now });
    audit.start();
    audit.write('{"round":1}');
    audit.write('{"round":2}');
    await audit.stop();
  `;
  const words = ["--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: folder });
  assert.equal(stdout, '{"round":1}\n{"round":2}\n');
  assert.equal(existsSync(join(folder, "-")), false);
});

test("a full file is put aside, and the oldest of those are removed", async () => {
  let now = Date.parse("2026-01-01T00:00:00Z");
  const path = join(folder, "full.log");
  for (let round = 0; round < 5; round++) {
    const audit = new AuditLog({ path, log, now: () => now, maximumBytes: 10, keptFiles: 2 });
    audit.start();
    audit.write(`"event ${round}"`);
    await audit.stop();
    now += 1000;
  }
  const files = readdirSync(folder).filter((name) => name.startsWith("full"));
  assert.deepEqual(files.sort(), ["full-2026-01-01T00-00-03.000.log", "full-2026-01-01T00-00-04.000.log", "full.log"]);
  assert.equal(readFileSync(path, "utf8"), '"event 4"\n');
});

test("a server whose log cannot be written does not start", () => {
  const audit = new AuditLog({ path: join(folder, "nowhere", "audit.log"), log, now: Date.now });
  assert.throws(() => audit.start(), { code: "ENOENT" });
});
