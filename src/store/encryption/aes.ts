/** AES in the two modes that EncryptionConfiguration knows, in upstream's format: prefix, name of the key, random start, cipher text. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { unreadable } from "../errors.ts";
import type { Opened, Provider } from "./provider.ts";

export interface NamedKey {
  readonly name: string;
  /** 16, 24 or 32 bytes. */
  readonly secret: Buffer;
}

type Mode = "aesgcm" | "aescbc";

interface Cipher {
  seal(value: Uint8Array, secret: Buffer, key: string): Buffer;
  open(sealed: Buffer, secret: Buffer, key: string): Buffer;
}

const gcmNonceBytes = 12;
const gcmTagBytes = 16;
const cbcStartBytes = 16;

export const gcm: Cipher = {
  seal(value, secret, key) {
    const nonce = randomBytes(gcmNonceBytes);
    const cipher = createCipheriv(`aes-${secret.length * 8}-gcm` as "aes-256-gcm", secret, nonce);
    cipher.setAAD(Buffer.from(key));
    return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
  },
  open(sealed, secret, key) {
    const tagStart = sealed.length - gcmTagBytes;
    const nonce = sealed.subarray(0, gcmNonceBytes);
    const options = { authTagLength: gcmTagBytes };
    const cipher = createDecipheriv(`aes-${secret.length * 8}-gcm` as "aes-256-gcm", secret, nonce, options);
    cipher.setAAD(Buffer.from(key));
    cipher.setAuthTag(sealed.subarray(tagStart));
    return Buffer.concat([cipher.update(sealed.subarray(gcmNonceBytes, tagStart)), cipher.final()]);
  },
};

const cbc: Cipher = {
  seal(value, secret) {
    const start = randomBytes(cbcStartBytes);
    const cipher = createCipheriv(`aes-${secret.length * 8}-cbc`, secret, start);
    return Buffer.concat([start, cipher.update(value), cipher.final()]);
  },
  open(sealed, secret) {
    const cipher = createDecipheriv(`aes-${secret.length * 8}-cbc`, secret, sealed.subarray(0, cbcStartBytes));
    return Buffer.concat([cipher.update(sealed.subarray(cbcStartBytes)), cipher.final()]);
  },
};

const ciphers: Readonly<Record<Mode, Cipher>> = { aesgcm: gcm, aescbc: cbc };

/** The first key writes, all of them read. */
export class AesProvider implements Provider {
  readonly prefix: Buffer;
  readonly tag: string;
  readonly #cipher: Cipher;
  readonly #keys: readonly NamedKey[];
  readonly #head: Buffer;

  constructor(mode: Mode, keys: readonly NamedKey[]) {
    this.#cipher = ciphers[mode];
    this.#keys = keys;
    this.prefix = Buffer.from(`k8s:enc:${mode}:v1:`);
    this.tag = `${this.prefix}${keys[0]!.name}`;
    this.#head = Buffer.from(`${this.tag}:`);
  }

  seal(value: Uint8Array, key: string): Uint8Array {
    return Buffer.concat([this.#head, this.#cipher.seal(value, this.#keys[0]!.secret, key)]);
  }

  open(stored: Buffer, key: string): Opened {
    const end = stored.indexOf(":", this.prefix.length);
    const name = stored.toString("utf8", this.prefix.length, end);
    // Two keys may have the same name while one takes the place of the other.
    for (const { secret } of this.#keys.filter((one) => one.name === name)) {
      try {
        const value = this.#cipher.open(stored.subarray(end + 1), secret, key);
        return { value, tag: stored.toString("utf8", 0, end) };
      } catch {}
    }
    throw unreadable(key, "no matching key was found for the provided AES transformer");
  }
}
