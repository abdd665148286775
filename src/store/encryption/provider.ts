/** What turns values into bytes that nobody can read without a key, and back. */

export interface Opened {
  readonly value: Uint8Array;
  /** How the bytes were made: kind, key and version of the key. */
  readonly tag: string;
}

/** `key`, the place of the value in the store, is bound to the bytes where the cipher can: they cannot be moved to another place. */
export interface Provider {
  /** What stored bytes of this provider begin with; empty for bytes as they are. */
  readonly prefix: Buffer;
  /** Of what is sealed now. */
  readonly tag: string;
  /** At once where the key is at hand. */
  seal(value: Uint8Array, key: string): Uint8Array | Promise<Uint8Array>;
  /** Throws or rejects `unreadable`. `stored` begins with the prefix. */
  open(stored: Buffer, key: string): Opened | Promise<Opened>;
  /** Nothing where it works; otherwise what does not. */
  readonly problem?: string | undefined;
  close?(): void;
  /** Closes it when what is under way has ended: it is not in force any more. */
  retire?(): void;
}

const none = Buffer.alloc(0);

/** Bytes as they are. */
export const identity: Provider = Object.freeze({
  prefix: none,
  tag: "",
  seal: (value: Uint8Array) => value,
  open: (value: Buffer) => ({ value, tag: "" }),
});
