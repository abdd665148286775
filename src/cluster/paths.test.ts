import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { clustersWithData } from "./paths.ts";

test("a folder with keys is a cluster's data, other things beside it are not", () => {
  const root = mkdtempSync(join(tmpdir(), "kubets-data-"));
  try {
    mkdirSync(join(root, "kept", "pki"), { recursive: true });
    mkdirSync(join(root, "empty"));
    writeFileSync(join(root, "file"), "");
    assert.deepEqual(clustersWithData(root), ["kept"]);
    assert.deepEqual(clustersWithData(join(root, "nowhere")), []);
  } finally {
    rmSync(root, { recursive: true });
  }
});
