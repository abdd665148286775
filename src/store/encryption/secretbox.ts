/** XSalsa20 with Poly1305 in upstream's format: prefix, name of the key, random nonce, sealed box. It is not bound to its place in the store. */
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { unreadable } from "../errors.ts";
import type { NamedKey } from "./aes.ts";
import type { Opened, Provider } from "./provider.ts";

/** Bytes of a key. */
export const secretboxKeyBytes = 32;

const nonceBytes = 24;
const prefix = Buffer.from("k8s:enc:secretbox:v1:");

/** Loaded for who asks for it only. */
const loadBox = (): typeof import("@noble/ciphers/salsa.js").secretbox =>
  (createRequire(import.meta.url)("@noble/ciphers/salsa.js") as typeof import("@noble/ciphers/salsa.js")).secretbox;

/** The first key writes, all of them read. */
export class SecretboxProvider implements Provider {
  readonly prefix = prefix;
  readonly tag: string;
  readonly #box = loadBox();
  readonly #keys: readonly NamedKey[];

  /** `keys` of 32 bytes each. */
  constructor(keys: readonly NamedKey[]) {
    this.#keys = keys;
    this.tag = `${prefix}${keys[0]!.name}`;
  }

  seal(value: Uint8Array): Uint8Array {
    const nonce = randomBytes(nonceBytes);
    const box = this.#box(this.#keys[0]!.secret, nonce).seal(value);
    return Buffer.concat([Buffer.from(`${this.tag}:`), nonce, box]);
  }

  open(stored: Buffer, key: string): Opened {
    const end = stored.indexOf(":", prefix.length);
    const name = stored.toString("utf8", prefix.length, end);
    const nonce = stored.subarray(end + 1, end + 1 + nonceBytes);
    const box = stored.subarray(end + 1 + nonceBytes);
    // Two keys may have the same name while one takes the place of the other.
    for (const { secret } of this.#keys.filter((one) => one.name === name)) {
      try {
        return { value: this.#box(secret, nonce).open(box), tag: stored.toString("utf8", 0, end) };
      } catch {}
    }
    throw unreadable(key, "no matching key was found for the provided Secretbox transformer");
  }
}
