/** Issues X.509 certificates: ECDSA P-256, SHA-256, PEM. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import {
  alternativeNameExtension,
  distinguishedName,
  ExtendedUsage,
  extensions,
  type Issuer,
  issuerOf,
  KeyUsage,
  keyIdentifierOf,
  organizationsOf,
  signCertificate,
} from "./x509.ts";

const dayMs = 24 * 60 * 60 * 1000;
const authorityDays = 3650;
const leafDays = 365;
/**
 * The cluster's own certificates are valid from a day before they are made: a clock that is set back by hours just afterwards, from a time zone
 * taken for another, must not shut everybody out.
 */
const ownBackdateMs = dayMs;
/** Those that are asked for, as upstream: their owners may look how long they are valid. */
const requestedBackdateMs = 5 * 60 * 1000;

/** A certificate and its private key (PKCS#8), both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** A subject as Kubernetes reads it: common name = user, organizations = groups. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** DNS names and IP addresses. */
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

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function bytesOfPem(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text.replace(/-----[^-]+-----/g, "").replace(/\s+/g, ""), "base64"));
}

function newKey(): { privateKey: KeyObject; publicKey: Buffer } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, publicKey: publicKey.export({ type: "spki", format: "der" }) };
}

/** `EC PRIVATE KEY`, as client-go writes it: the Java client fabric8 takes every key that does not say so for an RSA key. */
function exportKey(key: KeyObject): string {
  return key.export({ type: "sec1", format: "pem" }).toString();
}

function usages(usage: CertificateRequest["usage"]): string[] {
  return usage === "both" ? [ExtendedUsage.server, ExtendedUsage.client] : [ExtendedUsage[usage]];
}

/** What certificate requests are, is read by a library that is loaded when the first one comes. */
async function parseRequest(text: string) {
  await import("reflect-metadata");
  const { Pkcs10CertificateRequest } = await import("@peculiar/x509");
  const request = new Pkcs10CertificateRequest(bytesOfPem(text));
  if (!(await request.verify())) throw new Error("the certificate request is not signed by its own key");
  const names = request.extensions.find(({ type }) => type === alternativeNameExtension);
  return {
    subject: Buffer.from(request.subjectName.toArrayBuffer()),
    publicKey: Buffer.from(request.publicKey.rawData),
    alternativeNames: names && Buffer.from(names.rawData),
  };
}

/** The groups that the subject of a PKCS#10 request (PEM) asks for. */
export function requestedOrganizations(request: string): readonly string[] {
  return organizationsOf(Buffer.from(bytesOfPem(request)));
}

/** A certificate authority with its key in memory. */
export class CertificateAuthority {
  /** PEM. */
  readonly certificate: string;
  /** PKCS#8 PEM. */
  readonly key: string;
  readonly #inspected: X509Certificate;
  readonly #signer: KeyObject;
  readonly #issuer: Issuer;

  constructor(pair: KeyPair) {
    this.certificate = pair.certificate;
    this.key = pair.key;
    this.#inspected = new X509Certificate(pair.certificate);
    this.#signer = createPrivateKey(pair.key);
    this.#issuer = issuerOf(this.#inspected.raw);
  }

  /** A new self-signed authority, valid for ten years from `now` (milliseconds since the epoch). */
  static create(commonName: string, now: number = Date.now()): CertificateAuthority {
    const { privateKey, publicKey } = newKey();
    const name = distinguishedName(commonName);
    const signing = KeyUsage.digitalSignature | KeyUsage.certificateSigning | KeyUsage.revocationListSigning;
    const content = {
      subject: name,
      issuer: name,
      publicKey,
      notBefore: now - ownBackdateMs,
      notAfter: now + authorityDays * dayMs,
      extensions: [
        extensions.keyUsage(signing),
        extensions.basicConstraints(true),
        extensions.subjectKey(keyIdentifierOf(publicKey)),
        extensions.alternativeNames([commonName]),
      ],
    };
    const certificate = pem("CERTIFICATE", signCertificate(content, privateKey));
    return new CertificateAuthority({ certificate, key: exportKey(privateKey) });
  }

  /** A new key and a certificate for it. */
  issue(request: CertificateRequest, now: number = Date.now()): KeyPair {
    const { privateKey, publicKey } = newKey();
    const names = request.alternativeNames ?? [];
    const certificate = this.#sign({
      subject: distinguishedName(request.commonName, request.organizations),
      publicKey,
      notBefore: now - ownBackdateMs,
      notAfter: request.notAfter ?? now + leafDays * dayMs,
      keyUsage: KeyUsage.digitalSignature,
      extendedUsages: usages(request.usage),
      ...(names.length > 0 && { alternativeNames: extensions.alternativeNames(names) }),
    });
    return { certificate, key: exportKey(privateKey) };
  }

  /**
   * A certificate for a PKCS#10 request (PEM): its subject and alternative names as they are, nothing else of it. The caller has checked
   * who asks for what. Rejects where the request does not parse or is not signed by its own key.
   */
  async signRequest(request: string, options: SigningRequestOptions, now: number = Date.now()): Promise<string> {
    const { subject, publicKey, alternativeNames } = await parseRequest(request);
    return this.#sign({
      subject,
      publicKey,
      notBefore: now - requestedBackdateMs,
      notAfter: options.notAfter,
      keyUsage: KeyUsage.digitalSignature | (options.keyEncipherment ? KeyUsage.keyEncipherment : 0),
      extendedUsages: options.extendedUsages,
      ...(alternativeNames && { alternativeNames }),
    });
  }

  #sign(leaf: {
    subject: Uint8Array;
    publicKey: Uint8Array;
    notBefore: number;
    notAfter: number;
    keyUsage: number;
    extendedUsages: readonly string[];
    /** The whole extension. */
    alternativeNames?: Uint8Array;
  }): string {
    const { subject, publicKey, notBefore } = leaf;
    const content = {
      subject,
      publicKey,
      notBefore,
      issuer: this.#issuer.name,
      notAfter: Math.min(leaf.notAfter, this.#inspected.validToDate.getTime()),
      extensions: [
        extensions.keyUsage(leaf.keyUsage),
        extensions.extendedUsage(leaf.extendedUsages),
        extensions.basicConstraints(false),
        extensions.authorityKey(this.#issuer.keyIdentifier),
        ...(leaf.alternativeNames ? [leaf.alternativeNames] : []),
      ],
    };
    return pem("CERTIFICATE", signCertificate(content, this.#signer));
  }
}
