/** The cluster's keys, and the kubeconfig files that its parts and its administrator start from. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair, Pki } from "../auth/mod.ts";
import { makeKubeconfig, stringifyKubeconfig } from "../client/mod.ts";

/** Bearer token of the administrator: made once, mode 0600. */
export function adminToken(pki: Pki): string {
  const path = join(pki.directory, "admin.token");
  if (!existsSync(path)) writeFileSync(path, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  return readFileSync(path, "utf8").trim();
}

export interface KubeconfigOptions {
  readonly name: string;
  readonly server: string;
  readonly identity: KeyPair;
}

export function kubeconfigText(pki: Pki, { name, server, identity }: KubeconfigOptions): string {
  const config = makeKubeconfig({
    name,
    server,
    certificateAuthority: pki.clusterAuthority.certificate,
    clientCertificate: identity.certificate,
    clientKey: identity.key,
  });
  return stringifyKubeconfig(config);
}

export function writeKubeconfigFile(pki: Pki, file: string, options: KubeconfigOptions): void {
  writeFileSync(join(pki.directory, `${file}.kubeconfig`), kubeconfigText(pki, options), { mode: 0o600 });
}

/** Names and addresses in the API server's certificate. */
export function serverNames(addresses: readonly string[]): readonly string[] {
  const services = [
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
  ];
  return [...services, "localhost", "127.0.0.1", ...addresses];
}
