/** Files of certificates. */
import { X509Certificate } from "node:crypto";

const certificate = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** All certificates of a PEM text, in its order: Node's own reader takes the first only. Throws where there is none, or one is broken. */
export function certificatesOf(pem: string): readonly X509Certificate[] {
  return (pem.match(certificate) ?? [pem]).map((one) => new X509Certificate(one));
}
