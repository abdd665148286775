/** `kubets serve` in the foreground: what an interruption takes away, what it leaves, and what both say. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { repository, tryKubets } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";

const name = `e2e-${process.pid}-2`;
const folder = mkdtempSync(join(tmpdir(), "kubets-e2e-"));
const data = join(folder, "data");
const kubeconfig = join(folder, "kubeconfig");

/** Resolves when the cluster is ready, with a way to read what was said so far. */
async function serve(): Promise<{ readonly child: ChildProcess; said(): string }> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const place = ["--name", name, "--data", data, "--kubeconfig", kubeconfig, "--port", "0"];
  const args = ["serve", ...place, "--nodes", "0", "--runtime", "simulated"];
  const child = spawn(join(repository, "bin/kubets"), args, { env, stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  child.stdout.on("data", (part: Buffer) => (said += part));
  await eventually(() => assert.match(said, /is ready/));
  return { child, said: () => said };
}

const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);

suite("kubets serve", { timeout: 120_000 }, () => {
  after(async () => {
    await tryKubets(["down", "--name", name]);
    rmSync(folder, { recursive: true, force: true });
  });

  test("keeps its data when it is interrupted, says where, and takes its context out of the kubeconfig", async () => {
    const { child, said } = await serve();
    child.kill("SIGINT");
    assert.deepEqual(await once(child, "close"), [0, null]);
    assert.equal(lastLine(said()), `cluster ${name} is gone; its data is kept in ${data}`);
    assert.equal(existsSync(kubeconfig), false);
  });

  test("leaves nothing when kubets down ends it", async () => {
    const { child, said } = await serve();
    const closed = once(child, "close");
    assert.equal((await tryKubets(["down", "--name", name])).status, 0);
    assert.deepEqual(await closed, [0, null]);
    assert.equal(lastLine(said()), `cluster ${name} is gone`);
    assert.deepEqual(readdirSync(folder), []);
  });
});
