/** Users by client certificate: common name = user, organizations = groups. */
import { createHash, X509Certificate } from "node:crypto";
import { certificatesOf } from "../certificates/bundle.ts";
import { ExtendedUsage } from "../certificates/x509.ts";
import type { Authenticator, Credentials, User } from "../contract.ts";

const credentialId = "authentication.kubernetes.io/credential-id";

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

/** The user that a certificate names, nothing where it names none or is not for clients. `der` is verified already. */
export function userOfCertificate(der: Uint8Array): User | undefined {
  const certificate = new X509Certificate(der);
  if (!certificate.keyUsage?.includes(ExtendedUsage.client)) return undefined;
  const subject = certificate.toLegacyObject().subject as unknown as Record<string, string | string[] | undefined>;
  const name = list(subject["CN"]).at(-1);
  if (!name) return undefined;
  const fingerprint = createHash("sha256").update(der).digest("hex");
  return { name, groups: list(subject["O"]), extra: { [credentialId]: [`X509SHA256=${fingerprint}`] } };
}

export class ClientCertificateAuthenticator implements Authenticator {
  /** By the buffer itself: the listener keeps one per connection, so a connection's certificate is parsed once. */
  readonly #known = new WeakMap<Uint8Array, User>();
  readonly #authorities: readonly X509Certificate[];

  /** `authorities`: PEM, each of one certificate or more. The listener may trust others too, whose certificates name no users. */
  constructor(authorities: readonly string[]) {
    this.#authorities = authorities.flatMap(certificatesOf);
  }

  authenticate(credentials: Credentials): User | undefined {
    const der = credentials.clientCertificate;
    if (der === undefined) return undefined;
    const known = this.#known.get(der);
    if (known) return known;
    const user = this.#isOurs(der) ? userOfCertificate(der) : undefined;
    if (user) this.#known.set(der, user);
    return user;
  }

  #isOurs(der: Uint8Array): boolean {
    const certificate = new X509Certificate(der);
    return this.#authorities.some((authority) => certificate.verify(authority.publicKey));
  }
}
