import assert from "node:assert/strict";
import { appendFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import type { LogOptions } from "../runtime/contract.ts";
import { readLog } from "./log-reader.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kubets-log-"));
});
afterEach(() => rm(folder, { recursive: true }));

function line(second: number, text: string, stream = "stdout", tag = "F"): string {
  return `2026-01-01T00:00:${String(second).padStart(2, "0")}.000000001Z ${stream} ${tag} ${text}\n`;
}

async function read(path: string, options: LogOptions, running = async () => false): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of readLog(path, options, { running, signal: new AbortController().signal })) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function file(...lines: string[]): Promise<string> {
  const path = join(folder, "0.log");
  await writeFile(path, lines.join(""));
  return path;
}

test("lines come without their prefix and keep their newline", async () => {
  assert.equal(await read(await file(line(1, "a"), line(2, "b c")), {}), "a\nb c\n");
});

test("pieces of a long line are joined, and its timestamp stands once", async () => {
  const path = await file(line(1, "long ", "stdout", "P"), line(1, "line"));
  assert.equal(await read(path, { timestamps: true }), "2026-01-01T00:00:01.000000001Z long line\n");
});

test("the tail counts lines from the end, zero gives none, more than there are gives all", async () => {
  const path = await file(line(1, "a"), line(2, "b"), line(3, "c"));
  assert.equal(await read(path, { tailLines: 2 }), "b\nc\n");
  assert.equal(await read(path, { tailLines: 0 }), "");
  assert.equal(await read(path, { tailLines: 9 }), "a\nb\nc\n");
});

test("the tail is found across the blocks in which a large file is read", async () => {
  const path = await file(...Array.from({ length: 5000 }, (_, i) => line(i % 60, `number ${i}`)));
  assert.equal((await read(path, { tailLines: 3000 })).split("\n")[0], "number 2000");
});

test("since, limit and stream choose what is shown", async () => {
  const path = await file(line(1, "a"), line(2, "b", "stderr"), line(3, "c"));
  assert.equal(await read(path, { sinceMs: Date.parse("2026-01-01T00:00:02Z") }), "b\nc\n");
  assert.equal(await read(path, { limitBytes: 3 }), "a\nb");
  assert.equal(await read(path, { stream: "stderr" }), "b\n");
});

test("following goes on over new lines and a rotation until the container has ended", async () => {
  const path = await file(line(1, "a"));
  const steps = [
    () => appendFile(path, line(2, "b")),
    async () => {
      await rename(path, `${path}.old`);
      await writeFile(path, line(3, "c"));
    },
  ];
  const running = async () => {
    const step = steps.shift();
    await step?.();
    return step !== undefined;
  };
  assert.equal(await read(path, { follow: true }, running), "a\nb\nc\n");
});

test("a line that is not whole yet is shown when it is", async () => {
  const path = await file(line(1, "a").slice(0, -1));
  let asked = 0;
  const running = async () => {
    if (asked++ === 0) await appendFile(path, "\n");
    return asked < 2;
  };
  assert.equal(await read(path, { follow: true }, running), "a\n");
});
