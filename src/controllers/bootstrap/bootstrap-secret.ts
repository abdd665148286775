/** Bootstrap tokens as Secrets of kube-system hold them. */
import type { corev1 } from "../../api/mod.ts";

const secretType = "bootstrap.kubernetes.io/token";
/** The Secrets that may hold one. */
export const bootstrapSecrets = { namespace: "kube-system", fieldSelector: `type=${secretType}` } as const;
const namePrefix = "bootstrap-token-";

export interface BootstrapSecret {
  readonly id: string;
  readonly secret: string;
  readonly signs: boolean;
  /** Milliseconds since the epoch; 0 where it cannot be read, absent where the token stays. */
  readonly expires?: number;
}

/** Nothing where the Secret does not hold what its name says. */
export function bootstrapSecret(object: corev1.Secret): BootstrapSecret | undefined {
  const text = (key: string) => Buffer.from(object.data?.[key] ?? "", "base64").toString("utf8");
  const [id, secret, expiration] = [text("token-id"), text("token-secret"), text("expiration")];
  if (!/^[a-z0-9]{6}$/.test(id) || !/^[a-z0-9]{16}$/.test(secret)) return undefined;
  if (object.metadata.name !== namePrefix + id) return undefined;
  const signs = text("usage-bootstrap-signing") === "true";
  return { id, secret, signs, ...(expiration && { expires: Date.parse(expiration) || 0 }) };
}
