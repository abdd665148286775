/** Users named by a proxy in front of this server: X-Remote-User and its kin, believed only beside the proxy's own client certificate. */
import { X509Certificate } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Authenticator, Credentials, User } from "../contract.ts";
import { userOfCertificate } from "./client-certificate.ts";

export interface FrontProxyOptions {
  /** PEM. */
  readonly authority: string;
  /** Common names that may speak for others; empty: whoever has a certificate of the authority. */
  readonly allowedNames: readonly string[];
}

const extraPrefix = "x-remote-extra-";

function values(headers: IncomingHttpHeaders, name: string): string[] {
  const value = headers[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : value.split(",")).map((part) => part.trim()).filter((part) => part !== "");
}

function extra(headers: IncomingHttpHeaders): Record<string, string[]> {
  const names = Object.keys(headers).filter((name) => name.startsWith(extraPrefix));
  return Object.fromEntries(
    names.map((name) => [decodeURIComponent(name.slice(extraPrefix.length)), values(headers, name)]),
  );
}

export class FrontProxyAuthenticator implements Authenticator {
  readonly #authority: X509Certificate;
  readonly #allowedNames: readonly string[];
  readonly #now: () => number;

  constructor(options: FrontProxyOptions, now: () => number = Date.now) {
    this.#authority = new X509Certificate(options.authority);
    this.#allowedNames = options.allowedNames;
    this.#now = now;
  }

  async authenticate(credentials: Credentials): Promise<User | undefined> {
    const { headers, clientCertificate } = credentials;
    const name = values(headers, "x-remote-user")[0];
    if (name === undefined || clientCertificate === undefined || !this.#trusts(clientCertificate)) return undefined;
    const uid = values(headers, "x-remote-uid")[0];
    return { name, ...(uid && { uid }), groups: values(headers, "x-remote-group"), extra: extra(headers) };
  }

  #trusts(der: Uint8Array): boolean {
    const certificate = new X509Certificate(der);
    const now = this.#now();
    const inTime = certificate.validFromDate.getTime() <= now && now < certificate.validToDate.getTime();
    if (!inTime || !certificate.verify(this.#authority.publicKey)) return false;
    const proxy = userOfCertificate(der);
    return proxy !== undefined && (this.#allowedNames.length === 0 || this.#allowedNames.includes(proxy.name));
  }
}
