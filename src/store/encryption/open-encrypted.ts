/** A store with the encryption that a file asks for, and follows the file when it changes. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
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
  let text = readText(file);
  let rules = rulesOf(text, options);
  const store = new EncryptedStore(inner, { rules, onProblem });
  const reload = (changed: string) => {
    const old = rules;
    rules = rulesOf(changed, options);
    store.replaceRules(rules);
    text = changed;
    // Who asked the old ones a moment ago still has an answer.
    for (const provider of old.providers) provider.retire?.();
    onReload?.(`sha256:${hash("sha256", changed)}`);
  };
  const look = lookAt(file, text, (found) => {
    if (found !== text) reload(found);
  });
  const timer = setInterval(() => attempt(look, onReloadFailure), pollMs).unref();
  return Object.assign(store, {
    encryptionProblem: () => rules.providers.find(({ problem }) => problem !== undefined)?.problem,
    close: () => {
      clearInterval(timer);
      return EncryptedStore.prototype.close.call(store);
    },
  });
}

function rulesOf(text: string, { resourceOf }: EncryptionFileOptions): EncryptionRules {
  return new EncryptionRules(parseEncryption(text), resourceOf);
}

/**
 * One look at the content, not at times: a change in the moment of the start is seen, and a file that is exchanged by a link. What cannot be
 * read is told once.
 */
function lookAt(file: string, first: string, onChange: (text: string) => void): () => void {
  let seen: string | undefined = first;
  return () => {
    const before = seen;
    seen = undefined;
    try {
      seen = readText(file);
    } catch (error) {
      if (before === undefined) return;
      throw error;
    }
    if (seen !== before) onChange(seen);
  };
}

function attempt(action: () => void, onFailure: (error: unknown) => void): void {
  try {
    action();
  } catch (error) {
    onFailure(error);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "failed";
    throw new StoreError("bad-configuration", `encryption configuration ${file} cannot be read: ${why}`);
  }
}
