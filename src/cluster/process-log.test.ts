import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { test } from "node:test";
import { processLog } from "./process-log.ts";

const fullDisk = "/dev/full";

test("a log on a full disk loses its lines and nothing else", {
  skip: existsSync(fullDisk) ? false : `needs ${fullDisk}`,
}, () => {
  const descriptor = openSync(fullDisk, "a");
  const log = processLog(descriptor);
  for (let line = 0; line < 10_000; line++) log.info({ line, filler: "x".repeat(100) }, "a line");
  closeSync(descriptor);
});

/** The line that a process logs. */
async function logged(call: string) {
  const script = `
    import { processLog } from ${JSON.stringify(new URL("./process-log.ts", import.meta.url).href)};
    processLog().${call};`;
  const stdout = await new Promise<string>((resolve, reject) =>
    execFile(process.execPath, ["--input-type=module", "-e", script], (error, text) =>
      error ? reject(error) : resolve(text),
    ),
  );
  return JSON.parse(stdout);
}

test("lines of the log are JSON on standard output", async () => {
  const { key, msg } = await logged('info({ key: "value" }, "a message")');
  assert.deepEqual({ key, msg }, { key: "value", msg: "a message" });
});

test("an error in the log says its cause once, beside its own message", async () => {
  const { err } = await logged(
    'info({ err: new Error("not written: EIO", { cause: new Error("EIO") }) }, "a message")',
  );
  assert.deepEqual([err.message, err.cause.message], ["not written: EIO", "EIO"]);
});
