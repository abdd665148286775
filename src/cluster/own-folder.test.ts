import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { makeOwnFolder } from "./own-folder.ts";

test("what a process left that is gone is removed; what belongs to one that lives, or to nobody known, stays", (t) => {
  const { TMPDIR: former } = process.env;
  const folder = mkdtempSync(join(tmpdir(), "kubets-own-folder-"));
  t.after(() => {
    if (former === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = former;
    rmSync(folder, { recursive: true });
  });
  process.env["TMPDIR"] = folder;
  const mine = basename(makeOwnFolder());
  const [, owner, place] = /^kubets-(.*)\.(\d+)-.{6}$/.exec(mine) ?? [];
  const { pid: ended } = spawnSync(process.execPath, ["--version"]);
  const make = (name: string) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "key"), "");
    return name;
  };
  make(`kubets-${ended}.1.${place}-AAAAAA`);
  if (process.platform === "linux") make(`kubets-${process.pid}.1.${place}-BBBBBB`);
  symlinkSync(folder, join(folder, `kubets-${ended}.1.${place}-CCCCCC`));
  const kept = [
    mine,
    `kubets-${ended}.1.${place}-CCCCCC`,
    make(`kubets-${owner}.${place}-DDDDDD`),
    make(`kubets-${ended}.1.${Number(place) + 1}-EEEEEE`),
    make(`kubets-${ended}`),
  ];
  const next = basename(makeOwnFolder());
  assert.deepEqual(readdirSync(folder).sort(), [...kept, next].sort());
});
