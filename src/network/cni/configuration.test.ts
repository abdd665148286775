import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { cniConfiguration, writeCniConfiguration } from "./configuration.ts";

test("the configuration appears whole in the runtime's folder, and its plugins before it", async () => {
  const root = await mkdtemp(join(tmpdir(), "kubets-cni-"));
  const options = { folder: join(root, "net.d"), programs: join(root, "bin"), dataFolder: join(root, "addresses") };
  try {
    await writeCniConfiguration("10.244.3.0/24", options);
    assert.deepEqual(await readdir(options.folder), ["10-kubets.conflist"]);
    const text = await readFile(join(options.folder, "10-kubets.conflist"), "utf8");
    assert.deepEqual(JSON.parse(text), cniConfiguration());
    assert.deepEqual((await readdir(options.programs)).sort(), ["kubets", "loopback"]);
    for (const program of ["kubets", "loopback"])
      assert.equal((await stat(join(options.programs, program))).mode & 0o100, 0o100);
  } finally {
    await rm(root, { recursive: true });
  }
});
