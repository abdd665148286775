/** Certificates and keys that nobody can use are kept, but told of. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { corev1 } from "../../../api/mod.ts";

interface Block {
  readonly type: string;
  readonly text: string;
}

const pattern = /-----BEGIN ([^-\n]+)-----\r?\n[A-Za-z0-9+/=\s]*?-----END \1-----/g;

function blocksOf(encoded: string | undefined): Block[] {
  const text = Buffer.from(encoded ?? "", "base64").toString("latin1");
  return [...text.matchAll(pattern)].map(([whole, type = ""]) => ({ type, text: whole }));
}

const isKey = ({ type }: Block) => type === "PRIVATE KEY" || type.endsWith(" PRIVATE KEY");
const isCertificate = ({ type }: Block) => type === "CERTIFICATE";

export function keyPairWarnings({ type, data = {} }: corev1.Secret): string[] {
  if (type !== "kubernetes.io/tls") return [];
  const [certificates, keys] = [blocksOf(data["tls.crt"]), blocksOf(data["tls.key"])];
  const problem = certificateProblem(certificates) ?? keyProblem(keys) ?? pairProblem(certificates, keys);
  return problem === undefined ? [] : [problem];
}

/** A list as Go prints it. */
function typesOf(blocks: readonly Block[]): string {
  return `[${blocks.map(({ type }) => type).join(" ")}]`;
}

function certificateProblem(blocks: readonly Block[]): string | undefined {
  if (blocks.some(isCertificate)) return undefined;
  if (blocks.length === 0) return "tls: failed to find any PEM data in certificate input";
  if (blocks.length === 1 && isKey(blocks[0]!))
    return "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched";
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${typesOf(blocks)}`;
}

function keyProblem(blocks: readonly Block[]): string | undefined {
  if (blocks.some(isKey)) return undefined;
  if (blocks.length === 0) return "tls: failed to find any PEM data in key input";
  if (blocks.length === 1 && isCertificate(blocks[0]!))
    return "tls: found a certificate rather than a key in the PEM for the private key";
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${typesOf(blocks)}`;
}

function pairProblem(certificates: readonly Block[], keys: readonly Block[]): string | undefined {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(certificates.find(isCertificate)!.text);
  } catch {
    return "x509: malformed certificate";
  }
  try {
    const key = createPrivateKey(keys.find(isKey)!.text);
    return certificate.checkPrivateKey(key) ? undefined : "tls: private key does not match public key";
  } catch {
    return "tls: failed to parse private key";
  }
}
