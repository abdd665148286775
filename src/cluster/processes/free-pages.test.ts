import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;

/** Says how much it has in memory before and after free pages went back, in MiB: each of those that are kept stands between free ones. */
const program = `
import { freePagesGiver } from ${JSON.stringify(new URL("free-pages.ts", import.meta.url))};
let buffers = Array.from({ length: 2000 }, () => Buffer.allocUnsafeSlow(40_000).fill(1));
const kept = buffers.filter((_, index) => index % 10 === 0);
buffers = undefined;
gc();
const before = process.memoryUsage.rss();
freePagesGiver()();
console.log((before - process.memoryUsage.rss()) / 2 ** 20, kept.length);
`;

test("what was freed between what is in use goes back to the system", { skip: !glibcVersionRuntime }, async () => {
  const args = ["--disable-warning=ExperimentalWarning", "--expose-gc", "--input-type=module", "--eval", program];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  assert.equal(stderr, "");
  assert.ok(Number.parseFloat(stdout) > 40, stdout);
});
