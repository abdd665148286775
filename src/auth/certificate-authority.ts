/** Issues X.509 certificates: ECDSA P-256, SHA-256, PEM. The ASN.1 library is loaded on first use, because a restart issues nothing. */
import { createHash, randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type * as X509 from "@peculiar/x509";

const dayMs = 24 * 60 * 60 * 1000;
const authorityDays = 3650;
const leafDays = 365;
/** Certificates are valid a little before they are made, for machines whose clocks run behind. */
const backdateMs = 5 * 60 * 1000;

const keyAlgorithm = { name: "ECDSA", namedCurve: "P-256" };
const signingAlgorithm = { name: "ECDSA", hash: "SHA-256" };

/** Extended key usages (RFC 5280, 4.2.1.12). */
export const ExtendedUsage = Object.freeze({ server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" });

const subjectAlternativeName = "2.5.29.17";

/** A certificate and its private key (PKCS#8), both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** A subject as Kubernetes reads it: common name = user, organizations = groups. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** IP addresses are told from DNS names by their form. */
  readonly alternativeNames?: readonly string[];
  readonly usage: "server" | "client" | "both";
  /** Milliseconds since the epoch. Default one year from now, never after the authority's own end. */
  readonly notAfter?: number;
}

export interface SigningRequestOptions {
  /** Object identifiers of the extended key usages. */
  readonly extendedUsages: readonly string[];
  readonly keyEncipherment?: boolean;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

async function library(): Promise<typeof X509> {
  await import("reflect-metadata");
  return await import("@peculiar/x509");
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function derOfPem(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text.replace(/-----[^-]+-----/g, "").replace(/\s+/g, ""), "base64"));
}

/** Positive and 127 bits long, as random serial numbers should be (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString("hex");
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return pem("PRIVATE KEY", new Uint8Array(await webcrypto.subtle.exportKey("pkcs8", key)));
}

/** Typed values, because the library reads quotes and hashes in plain text as syntax. */
function distinguishedName(x509: typeof X509, commonName: string, organizations: readonly string[] = []): X509.Name {
  const groups = organizations.map((organization) => ({ O: [{ utf8String: organization }] }));
  return new x509.Name([...groups, { CN: [{ utf8String: commonName }] }]);
}

function alternativeNames(x509: typeof X509, names: readonly string[]): X509.Extension[] {
  if (names.length === 0) return [];
  const general = names.map((name) => ({ type: isIP(name) ? ("ip" as const) : ("dns" as const), value: name }));
  return [new x509.SubjectAlternativeNameExtension(general)];
}

function usages(usage: CertificateRequest["usage"]): string[] {
  return usage === "both" ? [ExtendedUsage.server, ExtendedUsage.client] : [ExtendedUsage[usage]];
}

/** A certificate authority with its key in memory. */
export class CertificateAuthority {
  /** PEM. */
  readonly certificate: string;
  /** PKCS#8 PEM. */
  readonly key: string;
  readonly #inspected: X509Certificate;
  #signer: Promise<webcrypto.CryptoKey> | undefined;

  constructor(pair: KeyPair) {
    this.certificate = pair.certificate;
    this.key = pair.key;
    this.#inspected = new X509Certificate(pair.certificate);
  }

  /** A new self-signed authority, valid for ten years from `now` (milliseconds since the epoch). */
  static async create(commonName: string, now: number = Date.now()): Promise<CertificateAuthority> {
    const x509 = await library();
    const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serialNumber(),
      name: distinguishedName(x509, commonName),
      notBefore: new Date(now - backdateMs),
      notAfter: new Date(now + authorityDays * dayMs),
      keys,
      signingAlgorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
          true,
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        new x509.SubjectAlternativeNameExtension([{ type: "dns", value: commonName }]),
      ],
    });
    return new CertificateAuthority({
      certificate: pem("CERTIFICATE", new Uint8Array(certificate.rawData)),
      key: await exportKey(keys.privateKey),
    });
  }

  /** A new key and a certificate for it. */
  async issue(request: CertificateRequest, now: number = Date.now()): Promise<KeyPair> {
    const x509 = await library();
    const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
    const subject = distinguishedName(x509, request.commonName, request.organizations);
    const certificate = await this.#sign(x509, {
      subject,
      publicKey: keys.publicKey,
      notBefore: now - backdateMs,
      notAfter: request.notAfter ?? now + leafDays * dayMs,
      extendedUsages: usages(request.usage),
      extensions: alternativeNames(x509, request.alternativeNames ?? []),
    });
    return { certificate, key: await exportKey(keys.privateKey) };
  }

  /**
   * A certificate for a PKCS#10 request (PEM): its subject and alternative names as they are, nothing else of it. The caller has checked
   * who asks for what. Rejects where the request does not parse or is not signed by its own key.
   */
  async signRequest(request: string, options: SigningRequestOptions, now: number = Date.now()): Promise<string> {
    const x509 = await library();
    const parsed = new x509.Pkcs10CertificateRequest(derOfPem(request));
    if (!(await parsed.verify())) throw new Error("the certificate request is not signed by its own key");
    const names = parsed.extensions.find((extension) => extension.type === subjectAlternativeName);
    return this.#sign(x509, {
      subject: parsed.subjectName,
      publicKey: await parsed.publicKey.export(),
      notBefore: now - backdateMs,
      notAfter: options.notAfter,
      extendedUsages: options.extendedUsages,
      extensions: names ? [names] : [],
      ...(options.keyEncipherment && { keyEncipherment: true }),
    });
  }

  async #sign(
    x509: typeof X509,
    leaf: {
      subject: X509.Name;
      publicKey: webcrypto.CryptoKey;
      notBefore: number;
      notAfter: number;
      extendedUsages: readonly string[];
      extensions: readonly X509.Extension[];
      keyEncipherment?: boolean;
    },
  ): Promise<string> {
    const authority = new x509.X509Certificate(derOfPem(this.certificate));
    const flags = x509.KeyUsageFlags.digitalSignature | (leaf.keyEncipherment ? x509.KeyUsageFlags.keyEncipherment : 0);
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: leaf.subject,
      issuer: authority.subjectName,
      notBefore: new Date(leaf.notBefore),
      notAfter: new Date(Math.min(leaf.notAfter, this.#inspected.validToDate.getTime())),
      publicKey: leaf.publicKey,
      signingKey: await this.#signingKey(),
      signingAlgorithm,
      extensions: [
        new x509.KeyUsagesExtension(flags, true),
        new x509.ExtendedKeyUsageExtension([...leaf.extendedUsages]),
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
        ...leaf.extensions,
      ],
    });
    return pem("CERTIFICATE", new Uint8Array(certificate.rawData));
  }

  #signingKey(): Promise<webcrypto.CryptoKey> {
    this.#signer ??= webcrypto.subtle.importKey("pkcs8", derOfPem(this.key), keyAlgorithm, false, ["sign"]);
    return this.#signer;
  }

  /** `sha256:<hex>` over the public key: what a joining node pins. */
  publicKeyHash(): string {
    const der = this.#inspected.publicKey.export({ type: "spki", format: "der" });
    return `sha256:${createHash("sha256").update(der).digest("hex")}`;
  }
}
