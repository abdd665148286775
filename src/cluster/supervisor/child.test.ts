import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pino } from "pino";
import { Child } from "./child.ts";
import { listenOnLoopback } from "./listening-socket.ts";

test("a process that could not be started leaves its port free for the next try", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kubets-child-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const logs = join(folder, "logs");
  const first = await listenOnLoopback(0, "a test");
  const { port } = first;
  first.release();
  const script = "process.send({ type: 'ready' }); setInterval(() => {}, 1000);";
  const child = new Child(
    {
      role: "test",
      command: process.execPath,
      args: ["--eval", script],
      logFile: join(logs, "test.log"),
      sockets: async () => [await listenOnLoopback(port, "a test")],
    },
    pino({ level: "silent" }),
    () => {},
  );
  t.after(() => child.stop());
  await assert.rejects(child.start(), /ENOENT/);
  mkdirSync(logs);
  await child.start();
});
