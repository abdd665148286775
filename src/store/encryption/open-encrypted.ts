/** A store with the encryption that a file asks for, and follows the file when it changes. */
import { hash } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import type { Store } from "../contract.ts";
import { StoreError } from "../errors.ts";
import { parseEncryption } from "./configuration.ts";
import { EncryptedStore } from "./encrypted-store.ts";
import { EncryptionRules, type GroupResource } from "./rules.ts";

export interface EncryptionFileOptions {
  readonly file: string;
  /** The resource of the object at a key; nothing for keys of another shape. */
  resourceOf(key: string): GroupResource | undefined;
  /** Told of what goes wrong later: a value that no key opens. */
  onProblem(error: unknown): void;
  /** Told when a changed file is in force, with the hash of its content: `sha256:` and hexadecimal. */
  onReload?(contentHash: string): void;
  /** Told of a changed file that makes no sense: what was in force stays. Default `onProblem`. */
  onReloadFailure?(error: unknown): void;
  /** Between two looks at the file. */
  readonly pollMs?: number;
}

const defaultPollMs = 5_000;

export interface EncryptedFileStore extends Store {
  /** Nothing where every plug-in works; otherwise what does not. */
  encryptionProblem(): string | undefined;
}

/** Throws `bad-configuration` where the file cannot be read or makes no sense. */
export function openEncrypted(inner: Store, options: EncryptionFileOptions): EncryptedFileStore {
  const { file, onProblem, onReload, onReloadFailure = onProblem, pollMs = defaultPollMs } = options;
  let present = read(options);
  const store = new EncryptedStore(inner, { rules: present.rules, onProblem });
  const reload = () => {
    try {
      const next = read(options);
      if (next.hash === present.hash) return;
      for (const provider of present.rules.providers) provider.close?.();
      present = next;
      store.replaceRules(next.rules);
      onReload?.(next.hash);
    } catch (error) {
      onReloadFailure(error);
    }
  };
  watchFile(file, { interval: pollMs, persistent: false }, reload);
  return Object.assign(store, {
    encryptionProblem: () => present.rules.providers.find(({ problem }) => problem !== undefined)?.problem,
    close: () => {
      unwatchFile(file, reload);
      return EncryptedStore.prototype.close.call(store);
    },
  });
}

function read({ file, resourceOf }: EncryptionFileOptions): { rules: EncryptionRules; hash: string } {
  const text = readText(file);
  const contentHash = `sha256:${hash("sha256", text)}`;
  return { rules: new EncryptionRules(parseEncryption(text), resourceOf), hash: contentHash };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "failed";
    throw new StoreError("bad-configuration", `encryption configuration ${file} cannot be read: ${why}`);
  }
}
