/** Keeps a second process out of a folder. The kernel holds the lock, so nothing stays behind after kill -9. */
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "./errors.ts";

const busy = 5;

/** Throws `locked` where another process has it. Answers the release. SQLite's file lock is what Node offers of the kernel's. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, "owner.lock");
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    chmodSync(file, 0o600);
    database.prepare("PRAGMA journal_mode = MEMORY").get();
    database.prepare("BEGIN EXCLUSIVE").run();
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode !== busy) throw error;
    throw new StoreError("locked", `the store in ${folder} is in use by another process`, { cause: error });
  }
  return () => database.close();
}
