/** Users named by a proxy in front of this server: X-Remote-User and its kin, believed only beside the proxy's own client certificate. */
import { X509Certificate } from "node:crypto";
import { certificatesOf } from "../certificates/bundle.ts";
import type { Authenticator, Credentials, User } from "../contract.ts";
import { readHeaderText } from "../header-text.ts";
import { userOfCertificate } from "./client-certificate.ts";

export interface FrontProxyOptions {
  /** PEM, of one certificate or more. */
  readonly authority: string;
  /** Common names that may speak for others; empty: whoever has a certificate of the authority. */
  readonly allowedNames: readonly string[];
}

const extraPrefix = "x-remote-extra-";

/** One value for each line: a group may contain a comma. */
function values(rawHeaders: readonly string[], name: string): string[] {
  const found = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]!.toLowerCase() === name);
  return found.map(readHeaderText);
}

function extra({ headers, rawHeaders }: Credentials): Record<string, string[]> {
  const names = Object.keys(headers).filter((name) => name.startsWith(extraPrefix));
  return Object.fromEntries(names.map((name) => [unescaped(name.slice(extraPrefix.length)), values(rawHeaders, name)]));
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

export class FrontProxyAuthenticator implements Authenticator {
  readonly #authorities: readonly X509Certificate[];
  readonly #allowedNames: readonly string[];
  readonly #now: () => number;

  constructor(options: FrontProxyOptions, now: () => number = Date.now) {
    this.#authorities = certificatesOf(options.authority);
    this.#allowedNames = options.allowedNames;
    this.#now = now;
  }

  authenticate(credentials: Credentials): User | undefined {
    const { headers, rawHeaders, clientCertificate } = credentials;
    if (!headers["x-remote-user"]) return undefined;
    const name = values(rawHeaders, "x-remote-user")[0];
    if (!name || clientCertificate === undefined || !this.#trusts(clientCertificate)) return undefined;
    const uid = values(rawHeaders, "x-remote-uid")[0];
    return { name, ...(uid && { uid }), groups: values(rawHeaders, "x-remote-group"), extra: extra(credentials) };
  }

  #trusts(der: Uint8Array): boolean {
    const certificate = new X509Certificate(der);
    const now = this.#now();
    const inTime = certificate.validFromDate.getTime() <= now && now < certificate.validToDate.getTime();
    if (!inTime || !this.#authorities.some(({ publicKey }) => certificate.verify(publicKey))) return false;
    const proxy = userOfCertificate(der);
    return proxy !== undefined && (this.#allowedNames.length === 0 || this.#allowedNames.includes(proxy.name));
  }
}
