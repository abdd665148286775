import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";

let folder: string;
let module: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kubets-sources-"));
  module = join(folder, "module.ts");
  writeFileSync(module, 'export const answer: string = "→ 1";\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that asks for the source and saves it; the compile cache is a process's own matter. */
function source(): string {
  const program = `
    const { ModuleSources } = await import(${JSON.stringify(import.meta.resolve("./module-sources.ts"))});
    const sources = new ModuleSources("test");
    process.stdout.write(sources.get(${JSON.stringify(pathToFileURL(module).href)}));
    sources.save();`;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", program];
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, "cache") };
  const { stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout;
}

const expected = (text: string) => `export const answer         = "${text}";\n`;

function savedFile(): string {
  const cache = join(folder, "cache");
  const [name] = readdirSync(cache, { recursive: true, encoding: "utf8" }).filter((one) => one.includes("sources-"));
  return join(cache, name!);
}

test("a module is given without its types, the second time from the file that the first has saved", () => {
  assert.equal(source(), expected("→ 1"));
  const { ino } = statSync(savedFile());
  assert.equal(source(), expected("→ 1"));
  assert.equal(statSync(savedFile()).ino, ino);
});

test("a module that has changed is made anew, also where its size and its time of modification are as before", () => {
  utimesSync(module, 1, 1);
  source();
  writeFileSync(module, 'export const answer: string = "→ 2";\n');
  utimesSync(module, 1, 1);
  assert.equal(source(), expected("→ 2"));
  assert.equal(source(), expected("→ 2"));
});

test("a file that others can write is not run", () => {
  source();
  const saved = savedFile();
  assert.equal(statSync(saved).mode & 0o777, 0o600);
  const { ino } = statSync(saved);
  chmodSync(saved, 0o666);
  assert.equal(source(), expected("→ 1"));
  assert.notEqual(statSync(savedFile()).ino, ino, "it is replaced");
});

test("a file that was cut off somewhere is replaced", () => {
  source();
  for (const length of [0, 3, 20, statSync(savedFile()).size - 1]) {
    truncateSync(savedFile(), length);
    assert.equal(source(), expected("→ 1"));
  }
});
