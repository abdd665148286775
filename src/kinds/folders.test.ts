import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { kindFolders, servedKinds } from "./folders.ts";
import { RuntimeConfig } from "./runtime-config.ts";

function folderOf(t: { after(done: () => void): void }, files: Readonly<Record<string, string>>): URL {
  const root = mkdtempSync(join(tmpdir(), "kinds-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return pathToFileURL(`${root}/`);
}

const toy = (apiVersion: string, group: string, version: string) =>
  `export const kindModule = { strategy: { resource: ${JSON.stringify({ apiVersion, group, version, resource: "toys" })} } };`;

test("a kind is a file of that name three folders down; the core group's folder is core", (t) => {
  const root = folderOf(t, {
    "example.dev/v1/toy/kind.ts": "",
    "example.dev/v1/toy/schema.ts": "",
    "example.dev/v1/toy/testdata/kind.ts": "",
    "core/v1/box/kind.ts": "",
    "mod.ts": "",
  });
  const found = kindFolders(root).map(({ group, version, url }) => [group, version, url.slice(root.href.length)]);
  assert.deepEqual(found, [
    ["", "v1", "core/v1/box/kind.ts"],
    ["example.dev", "v1", "example.dev/v1/toy/kind.ts"],
  ]);
});

test("what is not served is not loaded", async (t) => {
  const root = folderOf(t, {
    "example.dev/v1/toy/kind.ts": toy("example.dev/v1", "example.dev", "v1"),
    "example.dev/v1alpha1/toy/kind.ts": "throw new Error('loaded');",
  });
  const kinds = await servedKinds(RuntimeConfig.parse("", [], []), kindFolders(root));
  assert.deepEqual(
    kinds.map(({ strategy }) => strategy.resource.apiVersion),
    ["example.dev/v1"],
  );
});

test("a kind that is not what its folder says is refused, and a folder without one", async (t) => {
  const root = folderOf(t, { "example.dev/v2/toy/kind.ts": toy("example.dev/v1", "example.dev", "v1") });
  const none = folderOf(t, { "example.dev/v1/toy/kind.ts": "export {};" });
  const config = RuntimeConfig.parse("", [], []);
  await assert.rejects(
    servedKinds(config, kindFolders(root)),
    /declares example.dev\/v1, which is not what its folder says/,
  );
  await assert.rejects(servedKinds(config, kindFolders(none)), /exports no kindModule/);
});
