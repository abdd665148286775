import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { clusterOptions } from "../cluster/options.ts";
import { stateWithout } from "../cluster/state.ts";

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

/** How it ends and what it writes to standard error where nobody reads what it prints. */
async function unread(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let said = "";
  child.stderr.on("data", (part: Buffer) => (said += part));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, said };
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "kubets-reader-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("a command whose reader is gone ends as other programs do, without a word", { timeout: 60_000 }, async (t) => {
  const folder = folderOf(t);
  for (const name of ["one", "two"]) {
    mkdirSync(join(folder, name));
    const state = stateWithout(clusterOptions({ name, data: join(folder, "data") }, () => folder));
    writeFileSync(join(folder, name, "state.json"), JSON.stringify(state));
  }
  const main = join(import.meta.dirname, "main.ts");
  assert.deepEqual(await unread([main, "list"], { KUBETS_RUN: folder }), { status: 141, said: "" });
});

test("what does more than print goes on unheard", { timeout: 60_000 }, async () => {
  const door = JSON.stringify(pathToFileURL(join(import.meta.dirname, "reader-gone.ts")).href);
  const program = `
    import { endWithReader, goOnWithoutReader } from ${door};
    endWithReader();
    goOnWithoutReader();
    process.stdout.write("unheard\\n");
    setTimeout(() => process.stderr.write("done"), 50);
  `;
  const ended = await unread(["--input-type=module", "-e", program]);
  assert.deepEqual(ended, { status: 0, said: "done" });
});
