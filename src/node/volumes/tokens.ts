/** Service account tokens for pods: asked of the API, bound to the pod, renewed before they expire. */
import { type authenticationv1, type corev1, resources } from "../../api/mod.ts";
import type { Client, Clock } from "../../client/mod.ts";

export interface TokenSource {
  token(pod: corev1.Pod, projection: corev1.ServiceAccountTokenProjection): Promise<string>;
}

interface Held {
  readonly token: string;
  /** Milliseconds since the epoch: from here on a new one is asked for. */
  readonly renewAt: number;
  readonly expiresAt: number;
  /** Of the machine's time from the one that only goes on, when it was issued. */
  readonly difference: number;
}

const defaultLifetimeSeconds = 3600;
/** Of its lifetime a token is used four fifths, and a day at most. */
const usedShare = 0.8;
const longestUseMs = 24 * 3600 * 1000;
/** The machine's clock was set by more than this since: what was issued in the future is refused, what is hours old may be over. */
const mostSetMs = 30_000;

export class TokenManager implements TokenSource {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  async token(pod: corev1.Pod, projection: corev1.ServiceAccountTokenProjection): Promise<string> {
    const key = `${pod.metadata.uid}/${projection.audience ?? ""}/${projection.expirationSeconds ?? ""}`;
    const held = this.#held.get(key);
    const now = this.#clock.now();
    if (held !== undefined && now < held.renewAt && this.#isOfThisTime(held)) return held.token;
    try {
      const fresh = await this.#request(pod, projection);
      this.#held.set(key, fresh);
      return fresh.token;
    } catch (error) {
      // The old one serves until it expires.
      if (held !== undefined && now < held.expiresAt) return held.token;
      throw error;
    }
  }

  #isOfThisTime({ difference }: Held): boolean {
    return Math.abs(this.#difference() - difference) < mostSetMs;
  }

  #difference(): number {
    return this.#clock.now() - this.#clock.monotonic();
  }

  forget(podUid: string): void {
    for (const key of this.#held.keys()) if (key.startsWith(`${podUid}/`)) this.#held.delete(key);
  }

  async #request({ metadata, spec }: corev1.Pod, projection: corev1.ServiceAccountTokenProjection): Promise<Held> {
    const expirationSeconds = projection.expirationSeconds ?? defaultLifetimeSeconds;
    const begun = this.#clock.now();
    const request = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: {
        audiences: projection.audience ? [projection.audience] : [],
        expirationSeconds,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name: metadata.name, uid: metadata.uid },
      },
    };
    const account = spec.serviceAccountName || "default";
    const accounts = this.#client.resource(resources.serviceaccounts);
    const options = { namespace: metadata.namespace };
    const answer = await accounts.createSubresource<authenticationv1.TokenRequest>(account, "token", request, options);
    const expiresAt = Date.parse(answer.status?.expirationTimestamp ?? "") || begun + expirationSeconds * 1000;
    const renewAt = begun + Math.min((expiresAt - begun) * usedShare, longestUseMs);
    return { token: answer.status?.token ?? "", expiresAt, renewAt, difference: this.#difference() };
  }
}
