/** Tokens by which new machines introduce themselves: Secrets of kube-system that say who shows them, and until when. */
import { timingSafeEqual } from "node:crypto";
import type { corev1 } from "../../api/mod.ts";
import type { TokenAuthenticator, TokenIdentity } from "./token-authenticator.ts";

const tokenPattern = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const groupPattern = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;
const secretType = "bootstrap.kubernetes.io/token";
const commonGroup = "system:bootstrappers";

export interface BootstrapTokenOptions {
  /** A Secret of kube-system, nothing where it does not exist. */
  readonly findSecret: (name: string) => Promise<corev1.Secret | undefined>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export class BootstrapTokens implements TokenAuthenticator {
  readonly #options: BootstrapTokenOptions;
  readonly #now: () => number;

  constructor(options: BootstrapTokenOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** A token that is wrong, expired or not for this is nobody's: others may know it. */
  async authenticateToken(token: string): Promise<TokenIdentity | undefined> {
    const [, id, secret] = tokenPattern.exec(token) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    const found = await this.#options.findSecret(`bootstrap-token-${id}`);
    if (!found || found.type !== secretType || found.metadata.deletionTimestamp) return undefined;
    const data = textsOf(found);
    if (data["token-id"] !== id || !isEqual(data["token-secret"] ?? "", secret)) return undefined;
    if (data["usage-bootstrap-authentication"] !== "true" || this.#isExpired(data["expiration"])) return undefined;
    const groups = extraGroups(data["auth-extra-groups"]);
    return groups && { user: { name: `system:bootstrap:${id}`, groups: [commonGroup, ...groups] } };
  }

  /** An end that cannot be read has passed. */
  #isExpired(expiration: string | undefined): boolean {
    if (!expiration) return false;
    const end = Date.parse(expiration);
    return Number.isNaN(end) || end <= this.#now();
  }
}

function textsOf({ data = {} }: corev1.Secret): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Nothing where one is not allowed: then the token as a whole is not. */
function extraGroups(text: string | undefined): string[] | undefined {
  if (!text) return [];
  const groups = [...new Set(text.split(","))].sort();
  return groups.every((group) => groupPattern.test(group)) ? groups : undefined;
}
