import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isInMemory, keepInMemory } from "./memory-folder.ts";

const mayMount = process.getuid?.() === 0 && !isInMemory(tmpdir());
const skip = mayMount ? false : "root, and a temporary folder on a disk, are needed";

test("a node's empty run folder is put into memory once, and one with files in it stays", { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kubets-memory-"));
  const [empty, used] = [join(folder, "empty"), join(folder, "used")];
  mkdirSync(empty);
  mkdirSync(used);
  writeFileSync(join(used, "file"), "");
  t.after(() => {
    execFileSync("umount", [empty]);
    rmSync(folder, { recursive: true });
  });
  const log = { warn: () => assert.fail("a warning") };
  for (const one of [empty, used, empty]) keepInMemory(one, log);
  assert.deepEqual([isInMemory(empty), isInMemory(used)], [true, false]);
  assert.ok(existsSync(join(used, "file")));
});

test("a folder that cannot be mounted on stays as it is, and the log has why", { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kubets-memory-"));
  const path = process.env["PATH"];
  t.after(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });
  process.env["PATH"] = "/nowhere";
  const warnings: unknown[] = [];
  keepInMemory(folder, { warn: (fields: unknown) => warnings.push(fields) });
  assert.equal(warnings.length, 1);
  assert.equal(isInMemory(folder), false);
});
