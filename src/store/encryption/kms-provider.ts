/**
 * Envelope encryption with a KMS v2 plug-in. The plug-in seals one seed, from which every value has a key of its own (HKDF): writes do not
 * wait for it, and a new seed is made only when it has a new key. Reads ask it once for each seed.
 */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { unreadable } from "../errors.ts";
import { gcm } from "./aes.ts";
import { type Encrypted, KmsClient } from "./kms-client.ts";
import { decodeSealed, encodeSealed, type SealedValue, seedSource } from "./kms-messages.ts";
import type { Opened, Provider } from "./provider.ts";

export interface KmsProviderOptions {
  readonly name: string;
  readonly endpoint: string;
  readonly timeoutMs: number;
  /** Between two looks at the plug-in's status. */
  readonly pollMs?: number;
}

interface Seed {
  readonly plain: Buffer;
  readonly sealed: Encrypted;
}

const seedBytes = 32;
const infoBytes = 32;
const defaultPollMs = 60_000;
const brokenPollMs = 10_000;
/** Seeds that are remembered for reading. */
const maximumSeeds = 1_000;

export class KmsProvider implements Provider {
  readonly prefix: Buffer;
  readonly #client: KmsClient;
  readonly #pollMs: number;
  readonly #opened = new Map<string, Buffer>();
  readonly #opening = new Map<string, Promise<Buffer>>();
  #seed: Seed | undefined;
  #making: Promise<Seed> | undefined;
  #keyId = "";
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  problem: string | undefined = "the KMS plug-in has not answered yet";

  constructor({ name, endpoint, timeoutMs, pollMs = defaultPollMs }: KmsProviderOptions) {
    this.prefix = Buffer.from(`k8s:enc:kms:v2:${name}:`);
    this.#client = new KmsClient(endpoint, timeoutMs);
    this.#pollMs = pollMs;
    void this.poll();
  }

  get tag(): string {
    return `${this.prefix}${this.#keyId}`;
  }

  seal(value: Uint8Array, key: string): Uint8Array | Promise<Uint8Array> {
    if (this.#seed) return this.#sealWith(this.#seed, value, key);
    return this.#makeSeed().then((seed) => this.#sealWith(seed, value, key));
  }

  open(stored: Buffer, key: string): Opened | Promise<Opened> {
    const sealed = this.#decode(stored, key);
    const id = idOf(sealed.encryptedSeed);
    const known = this.#opened.get(id);
    if (known) return this.#openWith(known, sealed, key);
    return this.#openSeed(id, sealed, key).then((seed) => this.#openWith(seed, sealed, key));
  }

  /** Looks whether the plug-in works, and whether it has another key. */
  async poll(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const { version, healthz, key_id: keyId = "" } = await this.#client.status();
      this.problem = version !== "v2" || healthz !== "ok" ? `the KMS plug-in says: ${version} ${healthz}` : undefined;
      if (!this.problem && !this.#closed && keyId !== this.#keyId) await this.#rotate(keyId);
    } catch (error) {
      this.problem = `the KMS plug-in does not answer: ${(error as Error).message}`;
    }
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.poll(), this.problem ? brokenPollMs : this.#pollMs);
    this.#timer.unref();
  }

  close(): void {
    this.#end();
    this.#client.close();
  }

  retire(): void {
    this.#end();
    void this.#client.closeWhenIdle();
  }

  #end(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** What is written from now on is sealed with the plug-in's new key. */
  async #rotate(keyId: string): Promise<void> {
    this.#keyId = keyId;
    this.#seed = undefined;
    await this.#makeSeed();
  }

  #makeSeed(): Promise<Seed> {
    this.#making ??= this.#sealSeed(randomBytes(seedBytes)).finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #sealSeed(plain: Buffer): Promise<Seed> {
    const sealed = await this.#client.encrypt(plain);
    this.#keyId = sealed.keyId;
    this.#seed = { plain, sealed };
    // What is written with it is read with it, and needs no question.
    this.#remember(idOf(Buffer.from(sealed.ciphertext, "base64")), plain);
    return this.#seed;
  }

  #sealWith({ plain, sealed }: Seed, value: Uint8Array, key: string): Uint8Array {
    const info = randomBytes(infoBytes);
    const body = encodeSealed({
      encryptedData: Buffer.concat([info, gcm.seal(value, derive(plain, info), key)]),
      keyId: sealed.keyId,
      encryptedSeed: Buffer.from(sealed.ciphertext, "base64"),
      annotations: sealed.annotations,
      sourceType: seedSource,
    });
    return Buffer.concat([this.prefix, body]);
  }

  #decode(stored: Buffer, key: string): SealedValue {
    const sealed = decodeSealed(stored.subarray(this.prefix.length));
    if (sealed.sourceType !== seedSource) throw unreadable(key, "sealed with a key of a kind that is not known");
    return sealed;
  }

  #openWith(seed: Buffer, { encryptedData, keyId }: SealedValue, key: string): Opened {
    const info = encryptedData.subarray(0, infoBytes);
    try {
      const value = gcm.open(encryptedData.subarray(infoBytes), derive(seed, info), key);
      return { value, tag: `${this.prefix}${keyId}` };
    } catch {
      throw unreadable(key, "the value does not fit its key");
    }
  }

  /** Many values share a seed: the plug-in is asked once. */
  #openSeed(id: string, { encryptedSeed, keyId, annotations }: SealedValue, key: string): Promise<Buffer> {
    let opening = this.#opening.get(id);
    if (!opening) {
      opening = this.#client
        .decrypt({ ciphertext: encryptedSeed.toString("base64"), keyId, annotations })
        .then((seed) => this.#remember(id, seed))
        .catch((error: Error) => {
          throw unreadable(key, `the KMS plug-in did not open its key: ${error.message}`);
        })
        .finally(() => this.#opening.delete(id));
      this.#opening.set(id, opening);
    }
    return opening;
  }

  #remember(id: string, seed: Buffer): Buffer {
    const [oldest] = this.#opened.keys();
    if (this.#opened.size >= maximumSeeds && oldest !== undefined) this.#opened.delete(oldest);
    this.#opened.set(id, seed);
    return seed;
  }
}

/** HKDF's expansion (RFC 5869, section 2.3) for one block: the seed is random already, so nothing has to be extracted from it. */
function derive(seed: Buffer, info: Buffer): Buffer {
  return createHmac("sha256", seed).update(info).update(Buffer.of(1)).digest();
}

function idOf(encryptedSeed: Buffer): string {
  return createHash("sha256").update(encryptedSeed).digest("base64");
}
