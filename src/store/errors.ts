/** Everything a store refuses or fails at, each with a code to decide on. */
import type { StoredValue } from "./contract.ts";

export type StoreErrorCode =
  /** The key does not have the expected revision; `present` is what it has. */
  | "conflict"
  /** History before the asked revision is forgotten. */
  | "compacted"
  /** The asked revision is not reached yet. */
  | "future"
  | "closed"
  /** The files hold something that no store wrote. */
  | "corrupt"
  /** The disk is full; earlier writes stay, later ones may succeed again. */
  | "full"
  /** The disk failed otherwise. */
  | "failed"
  | "too-large"
  | "bad-key"
  /** Another process has the store open. */
  | "locked"
  /** The folder cannot be made or written. */
  | "unwritable"
  /** A value is encrypted, and no key that is configured opens it. */
  | "unreadable"
  /** What should be encrypted, and how, is not said in a way that makes sense. */
  | "bad-configuration";

export interface StoreErrorOptions extends ErrorOptions {
  readonly present?: StoredValue;
}

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  /** For `conflict`: the value the key has, absent where it has none. */
  readonly present: StoredValue | undefined;

  constructor(code: StoreErrorCode, message: string, options: StoreErrorOptions = {}) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
    this.present = options.present;
  }
}

export const conflict = (key: string, present: StoredValue | undefined): StoreError =>
  new StoreError("conflict", `the revision of ${key} is ${present?.revision ?? 0}`, present ? { present } : {});

export const compacted = (asked: number, floor: number): StoreError =>
  new StoreError("compacted", `history of revision ${asked} is forgotten, it begins at ${floor}`);

export const future = (asked: number, revision: number): StoreError =>
  new StoreError("future", `revision ${asked} is not reached, the newest is ${revision}`);

export const closed = (): StoreError => new StoreError("closed", "the store is closed");

/** The message never holds a part of the value. */
export const unreadable = (key: string, why: string): StoreError => new StoreError("unreadable", `${key}: ${why}`);

export const tooLarge = (limit: number): StoreError =>
  new StoreError("too-large", `a value must not be larger than ${limit} bytes`);
