/** Calls to a KMS v2 plug-in on its unix socket. Bytes are base64 here, as everywhere in this program's objects. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@grpc/grpc-js";
import { decodeMessage, encodeMessage, type Message } from "../../api/mod.ts";
import { kmsMethods } from "./kms-messages.ts";

export interface KmsStatus {
  readonly version?: string;
  readonly healthz?: string;
  readonly key_id?: string;
}

export interface Encrypted {
  readonly ciphertext: string;
  readonly keyId: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What is under way has so long when its client is not needed any more. */
const lastCallsMs = 10_000;

/** Loaded for who has a plug-in only: it is large. */
const loadGrpc = () => import("@grpc/grpc-js");

export class KmsClient {
  readonly #channel: Promise<Client>;
  readonly #timeoutMs: number;
  readonly #underWay = new Set<Promise<unknown>>();

  /** `endpoint`: `unix:///path`. Connected on first use, and again where the connection breaks. */
  constructor(endpoint: string, timeoutMs: number) {
    this.#channel = loadGrpc().then(({ Client, credentials }) => {
      const backoff = { "grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 2_000 };
      return new Client(endpoint, credentials.createInsecure(), backoff);
    });
    this.#timeoutMs = timeoutMs;
  }

  status(): Promise<KmsStatus> {
    return this.#call("Status", {});
  }

  async encrypt(plaintext: Buffer): Promise<Encrypted> {
    const request = { plaintext: plaintext.toString("base64"), uid: randomUUID() };
    const answer = await this.#call<{ ciphertext?: string; key_id?: string; annotations?: Record<string, string> }>(
      "Encrypt",
      request,
    );
    const { ciphertext = "", key_id: keyId = "", annotations = {} } = answer;
    if (ciphertext === "" || keyId === "")
      throw new Error("the KMS plug-in answered without a cipher text or a key id");
    return { ciphertext, keyId, annotations };
  }

  async decrypt({ ciphertext, keyId, annotations }: Encrypted): Promise<Buffer> {
    const request = { ciphertext, uid: randomUUID(), key_id: keyId, annotations };
    const { plaintext = "" } = await this.#call<{ plaintext?: string }>("Decrypt", request);
    return Buffer.from(plaintext, "base64");
  }

  close(): void {
    void this.#channel.then((channel) => channel.close());
  }

  /** Calls that are under way end first, for at most ten seconds. */
  async closeWhenIdle(): Promise<void> {
    await Promise.race([Promise.allSettled(this.#underWay), delay(lastCallsMs, undefined, { ref: false })]);
    this.close();
  }

  #call<Response>(method: keyof typeof kmsMethods, request: object): Promise<Response> {
    const call = this.#ask<Response>(method, request).finally(() => this.#underWay.delete(call));
    this.#underWay.add(call);
    return call;
  }

  async #ask<Response>(method: keyof typeof kmsMethods, request: object): Promise<Response> {
    const [asked, answered] = kmsMethods[method];
    const [channel, { Metadata }] = [await this.#channel, await loadGrpc()];
    return new Promise((resolve, reject) => {
      channel.makeUnaryRequest(
        `/v2.KeyManagementService/${method}`,
        (value: object) => Buffer.from(encodeMessage(asked as Message<object>, value)),
        (value: Buffer) => decodeMessage(answered as Message<object>, value),
        request,
        // A plug-in may start a moment after us: the call waits for it, within its time.
        new Metadata({ waitForReady: true }),
        { deadline: Date.now() + this.#timeoutMs },
        (error, response) => (error ? reject(error) : resolve((response ?? {}) as Response)),
      );
    });
  }
}
