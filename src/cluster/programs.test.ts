import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type ProgramName, requirePrograms, requireRunnable } from "./programs.ts";

test("programs that the machine lacks are named by their packages, with how to get them", () => {
  const lacking =
    (...names: readonly ProgramName[]) =>
    (name: ProgramName) =>
      names.includes(name) ? undefined : `/usr/bin/${name}`;
  assert.equal(requirePrograms(lacking("crun")).name, "runc");
  assert.throws(() => requirePrograms(lacking("crun", "runc")), {
    message: "real containers need crun, which this machine lacks",
  });
  assert.throws(() => requirePrograms(lacking("containerd", "nft", "rm", "tr")), {
    code: "missing-program",
    message: "real containers need containerd, nftables, coreutils, which this machine lacks",
    hint: "apt-get install containerd nftables coreutils, or use --runtime simulated",
  });
});

const mounts = spawnSync("unshare", ["--mount", "true"]).status === 0;

test("a folder from which no program can be run is refused in words", { skip: !mounts && "needs root" }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kubets-noexec-"));
  t.after(() => rmSync(folder, { recursive: true }));
  requireRunnable(folder);
  assert.deepEqual(readdirSync(folder), []);
  const attempt = `
    const { requireRunnable } = await import(${JSON.stringify(new URL("./programs.ts", import.meta.url).href)});
    try { requireRunnable(process.argv[1]); } catch (error) { process.stdout.write(error.code + ": " + error.message); }`;
  const script = 'mount -t tmpfs -o noexec,size=64k tmpfs "$1" && exec "$0" --input-type=module -e "$2" "$1"';
  const { stdout } = spawnSync("unshare", ["--mount", "sh", "-c", script, process.execPath, folder, attempt]);
  assert.equal(
    stdout.toString(),
    `unwritable: no program can be run from ${folder}: its file system is mounted noexec`,
  );
});
