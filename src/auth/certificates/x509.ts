/** X.509 certificates as bytes (RFC 5280): what stands in one, and what is needed of the one that signs it. */
import { createHash, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import { type DerElement, der, readDer } from "./der.ts";

/** Extended key usages (RFC 5280, 4.2.1.12). */
export const ExtendedUsage = Object.freeze({ server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" });

const identifiers = Object.freeze({
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  subjectKey: "2.5.29.14",
  keyUsage: "2.5.29.15",
  alternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKey: "2.5.29.35",
  extendedUsage: "2.5.29.37",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  rsaWithSha256: "1.2.840.113549.1.1.11",
});

/** Bits of the key usage extension, from the left. */
export const KeyUsage = Object.freeze({
  digitalSignature: 0x80,
  keyEncipherment: 0x20,
  certificateSigning: 0x04,
  revocationListSigning: 0x02,
});

export interface CertificateContent {
  /** DER of the names. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** DER of each. */
  readonly extensions: readonly Uint8Array[];
}

export function distinguishedName(commonName: string, organizations: readonly string[] = []): Buffer {
  const part = (type: string, value: string) => der.set(der.sequence(der.identifier(type), der.text(value)));
  const groups = organizations.map((organization) => part(identifiers.organization, organization));
  return der.sequence(...groups, part(identifiers.commonName, commonName));
}

function extension(identifier: string, critical: boolean, value: Uint8Array): Buffer {
  return der.sequence(der.identifier(identifier), ...(critical ? [der.boolean(true)] : []), der.octets(value));
}

function trailingZeros(byte: number): number {
  return byte === 0 ? 0 : 31 - Math.clz32(byte & -byte);
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const [left = "", right] = address.split("::");
  const groups = (text: string | undefined) => (text ? text.split(":") : []);
  const missing = 8 - groups(left).length - groups(right).length;
  const all = [
    ...groups(left),
    ...Array.from({ length: right === undefined ? 0 : missing }, () => "0"),
    ...groups(right),
  ];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** IP addresses are told from DNS names by their form. */
function generalName(name: string): Buffer {
  return isIP(name) ? der.taggedPrimitive(7, addressBytes(name)) : der.taggedPrimitive(2, Buffer.from(name, "latin1"));
}

export const extensions = {
  basicConstraints: (isAuthority: boolean) =>
    extension(identifiers.basicConstraints, true, der.sequence(...(isAuthority ? [der.boolean(true)] : []))),
  keyUsage: (bits: number) => extension(identifiers.keyUsage, true, der.bits(Buffer.of(bits), trailingZeros(bits))),
  extendedUsage: (usages: readonly string[]) =>
    extension(identifiers.extendedUsage, false, der.sequence(...usages.map(der.identifier))),
  subjectKey: (keyIdentifier: Uint8Array) => extension(identifiers.subjectKey, false, der.octets(keyIdentifier)),
  authorityKey: (keyIdentifier: Uint8Array) =>
    extension(identifiers.authorityKey, false, der.sequence(der.taggedPrimitive(0, keyIdentifier))),
  alternativeNames: (names: readonly string[]) =>
    extension(identifiers.alternativeName, false, der.sequence(...names.map(generalName))),
};

export const alternativeNameExtension = identifiers.alternativeName;

/** Names a public key by its hash (RFC 5280, 4.2.1.2, first method). */
export function keyIdentifierOf(publicKey: Buffer): Buffer {
  const [info] = readDer(publicKey);
  const bits = readDer(info!.content)[1]!.content.subarray(1);
  return createHash("sha1").update(bits).digest();
}

/** Positive and 127 bits long, as random serial numbers should be (RFC 5280, 4.1.2.2). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return der.integer(bytes);
}

function algorithmOf(key: KeyObject): Buffer {
  if (key.asymmetricKeyType === "rsa") return der.sequence(der.identifier(identifiers.rsaWithSha256), der.nothing());
  return der.sequence(der.identifier(identifiers.ecdsaWithSha256));
}

/** DER of the certificate. */
export function signCertificate(content: CertificateContent, signer: KeyObject): Buffer {
  const algorithm = algorithmOf(signer);
  const body = der.sequence(
    der.tagged(0, der.integer(Buffer.of(2))),
    serialNumber(),
    algorithm,
    content.issuer,
    der.sequence(der.time(content.notBefore), der.time(content.notAfter)),
    content.subject,
    content.publicKey,
    der.tagged(3, der.sequence(...content.extensions)),
  );
  return der.sequence(body, algorithm, der.bits(sign("sha256", body, signer)));
}

export interface Issuer {
  /** DER, byte for byte as in the certificate: verifiers compare it so. */
  readonly name: Buffer;
  readonly keyIdentifier: Buffer;
}

/** What the certificates that an authority signs say of it. `certificate`: DER. */
export function issuerOf(certificate: Buffer): Issuer {
  const body = readDer(readDer(certificate)[0]!.content)[0]!;
  const parts = readDer(body.content);
  const versioned = parts[0]!.tag === 0xa0 ? parts.slice(1) : parts;
  const [, , , , subject, publicKey, ...rest] = versioned;
  return {
    name: subject!.whole,
    keyIdentifier: subjectKeyOf(rest.find(({ tag }) => tag === 0xa3)) ?? keyIdentifierOf(publicKey!.whole),
  };
}

function subjectKeyOf(list: DerElement | undefined): Buffer | undefined {
  if (!list) return undefined;
  const wanted = der.identifier(identifiers.subjectKey);
  for (const { content } of readDer(readDer(list.content)[0]!.content)) {
    const parts = readDer(content);
    if (parts[0]!.whole.equals(wanted)) return readDer(parts.at(-1)!.content)[0]!.content;
  }
  return undefined;
}

/** The organizations in the subject of a PKCS#10 request; none where `bytes` (DER) is no request. */
export function organizationsOf(bytes: Buffer): readonly string[] {
  try {
    const info = readDer(readDer(bytes)[0]!.content)[0]!;
    const subject = readDer(info.content)[1]!;
    const wanted = der.identifier(identifiers.organization);
    const attributes = readDer(subject.content).flatMap(({ content }) => readDer(content));
    const pairs = attributes.map(({ content }) => readDer(content));
    return pairs.filter(([type]) => type!.whole.equals(wanted)).map(([, value]) => value!.content.toString("utf8"));
  } catch {
    return [];
  }
}
