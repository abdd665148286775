import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { FollowedFile } from "./followed-file.ts";

const folder = mkdtempSync(join(tmpdir(), "kubets-followed-"));
after(() => rmSync(folder, { recursive: true }));

function follow(name: string, inForce: string) {
  const file = join(folder, name);
  const time = new Date(1_700_000_000_000);
  const told: string[] = [];
  const say = (text: string) => {
    writeFileSync(file, text);
    utimesSync(file, time, time);
  };
  say(inForce);
  const followed = new FollowedFile({
    file,
    inForce,
    apply(text) {
      if (text.includes("nonsense")) throw new Error(`refused ${text}`);
      told.push(text);
    },
    onReload: (contentHash) => told.push(contentHash.slice(0, 7)),
    onFailure: (error) => told.push((error as Error).message),
    pollMs: 5,
  });
  return { file, say, told, followed };
}

test("what changes between the start's own look and the first one is seen, at the same time and length", async (t) => {
  const { say, told, followed } = follow("start", "old");
  t.after(() => followed.stop());
  say("new");
  followed.start();
  while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(told, ["new", "sha256:"]);
});

test("what makes no sense, or cannot be read, changes nothing and is told once; what was in force before is no news", async () => {
  const { file, say, told, followed } = follow("nonsense", "one");
  const before = followed.contentHash;
  const look = async (text: string) => {
    say(text);
    await followed.check();
    await followed.check();
    return told.splice(0);
  };
  assert.deepEqual(await look("nonsense"), ["refused nonsense"]);
  assert.deepEqual(await look("one"), []);
  assert.equal(followed.contentHash, before);
  rmSync(file);
  await followed.check();
  await followed.check();
  assert.deepEqual(
    told.splice(0).map((line) => line.split(":", 1)[0]),
    ["ENOENT"],
  );
  assert.deepEqual(await look("two"), ["two", "sha256:"]);
});
