import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { storeContract } from "./contract.suite.ts";
import { openLmdbStore } from "./engines.ts";

const folder = mkdtempSync(join(tmpdir(), "kubets-store-"));
after(() => rmSync(folder, { recursive: true }));
let count = 0;

storeContract("lmdb", () => openLmdbStore({ folder: join(folder, `${count++}`) }));
