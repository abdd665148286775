import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { claim, giveUpClaim } from "./claim.ts";

const root = mkdtempSync(join(tmpdir(), "kubets-claim-"));
after(() => rmSync(root, { recursive: true }));

/** As processes that were killed leave it; no system gives such pids. */
const owners = ["1073741824.1", "1073741825.1"] as const;

/** Claims all of them when it is told to, and lives until it is let go of. */
const program = `
import { claim } from ${JSON.stringify(new URL("claim.ts", import.meta.url))};
process.on("message", (paths) => process.send(paths.map((path) => claim(path))));
process.send("ready");`;

async function contender() {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(child, "message");
  const claimAll = async (paths: readonly string[]): Promise<boolean[]> => {
    child.send(paths);
    const [won] = await once(child, "message");
    return won;
  };
  return { claimAll, end: () => child.disconnect() };
}

test("of processes that find the claim of one that is gone exactly one gets it", async () => {
  const folder = mkdtempSync(join(root, "contended-"));
  const paths = Array.from({ length: 300 }, (_, index) => join(folder, String(index)));
  for (const path of paths) symlinkSync(owners[0], path);
  const contenders = await Promise.all([contender(), contender(), contender()]);
  const won = await Promise.all(contenders.map(({ claimAll }) => claimAll(paths)));
  for (const { end } of contenders) end();
  const winners = paths.map((_, index) => won.filter((results) => results[index]).length);
  assert.deepEqual([...new Set(winners)], [1]);
  assert.equal(readdirSync(folder).length, paths.length);
});

test("a claim is taken over also where who was taking it over is gone", () => {
  const path = join(root, "interrupted");
  symlinkSync(owners[0], path);
  symlinkSync(owners[1], `${path}.${owners[0]}`);
  assert.ok(claim(path));
  assert.ok(claim(path));
  assert.deepEqual(
    readdirSync(root).filter((name) => name.startsWith("interrupted")),
    ["interrupted"],
  );
});

test("what is no link, as where the folder was copied, is nobody's claim", () => {
  const path = join(root, "copied");
  writeFileSync(path, owners[0]);
  assert.ok(claim(path));
  assert.match(readlinkSync(path), new RegExp(`^${process.pid}\\.`));
});

test("a claim is given up by its owner and, where that is gone, by anybody", async () => {
  const path = join(root, "given-up");
  assert.ok(giveUpClaim(path));
  symlinkSync(owners[0], path);
  assert.ok(giveUpClaim(path));
  const other = await contender();
  assert.deepEqual(await other.claimAll([path]), [true]);
  assert.equal(giveUpClaim(path), false);
  other.end();
});
