/** The trust of an API server whose command line names the files of it. */
import { createPublicKey, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NamedCertificate } from "../../apiserver/mod.ts";
import {
  CertificateAuthority,
  type ConfiguredAuthorization,
  configuredAuthentication,
  configuredAuthorization,
  configuredIssuers,
  type KeyPair,
  orderedAuthorization,
  ServiceAccountKeys,
  TokenWebhook,
  type User,
} from "../../auth/mod.ts";
import type { ConfiguredAccess } from "../access-control.ts";
import { serverNames } from "../keys.ts";
import type { Trust } from "../trust.ts";
import type { ApiServerSettings, AuthorizationSettings, NamedPair, TrustSettings } from "./api-server-settings.ts";
import { FlagError } from "./flags.ts";
import type { OidcSettings } from "./oidc-flags.ts";

/** Throws `FlagError` where a file cannot be read or says nothing. */
export function serverTrust({ trust, certificates, ...settings }: ApiServerSettings): Trust {
  const names = serverNames(
    [settings.listen.host, settings.advertiseHost].filter((host) => !/^(::|0\.0\.0\.0)$/.test(host)),
  );
  const frontProxy = trust.frontProxyAuthorityFile && read(trust.frontProxyAuthorityFile);
  const [first, ...others] = trust.issuers;
  return {
    serving: servingPair(certificates, names),
    named: certificates.named.map(namedCertificate),
    clientAuthorities: trust.clientAuthorityFile ? blocks(trust.clientAuthorityFile) : [],
    ...(frontProxy && { frontProxy: { authority: frontProxy, allowedNames: trust.frontProxyNames } }),
    serviceAccountKeys: serviceAccountKeys(trust),
    issuers: [first!, ...others],
    audiences: trust.audiences,
    tokens: trust.tokenFile ? tokensOf(read(trust.tokenFile)) : [],
  };
}

/** Who is let in without a certificate or a token of this server, and who decides. Rejects with `ConfigurationError`. */
export async function serverAccess({ trust, authorization }: ApiServerSettings): Promise<ConfiguredAccess> {
  const { authenticationConfig, tokenWebhookFile, issuers, oidc } = trust;
  const unsaid = { enabled: trust.anonymous };
  const configured = authenticationConfig
    ? await configuredAuthentication(authenticationConfig, issuers, unsaid)
    : { tokens: [], anonymous: unsaid };
  const webhooks = tokenWebhookFile ? [new TokenWebhook({ kubeconfig: tokenWebhookFile })] : [];
  return {
    authentication: {
      tokens: [...configured.tokens, ...(oidc ? await oidcTokens(oidc, issuers) : []), ...webhooks],
      anonymous: configured.anonymous,
    },
    authorization: await authorizationOf(authorization),
  };
}

function oidcTokens({ issuer: one, authorityFile }: OidcSettings, issuers: readonly string[]) {
  const issuer = { ...one.issuer, ...(authorityFile && { certificateAuthority: read(authorityFile) }) };
  return configuredIssuers([{ ...one, issuer }], issuers);
}

async function authorizationOf(settings: AuthorizationSettings): Promise<ConfiguredAuthorization> {
  const { configFile, modes, webhookFile, authorizedTtl, unauthorizedTtl } = settings;
  if (configFile) return configuredAuthorization(configFile);
  const webhook = {
    authorizedTTL: authorizedTtl,
    unauthorizedTTL: unauthorizedTtl,
    timeout: "30s",
    subjectAccessReviewVersion: "v1",
    failurePolicy: "NoOpinion",
    connectionInfo: { type: "KubeConfigFile", kubeConfigFile: webhookFile },
  } as const;
  return orderedAuthorization(
    modes.map((mode) => {
      const type = mode as "Webhook" | "Node" | "RBAC" | "AlwaysAllow" | "AlwaysDeny";
      return { type, name: mode, ...(type === "Webhook" && { webhook }) };
    }),
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new FlagError(`open ${file}: ${reason(error)}`, { cause: error });
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? "no such file or directory" : message;
}

/** PEM blocks, one text each. */
function blocks(file: string): string[] {
  const found = read(file).match(/-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/g);
  if (!found) throw new FlagError(`error reading ${file}: data does not contain any valid RSA or ECDSA certificates`);
  return found.filter((block) => !block.includes("EC PARAMETERS"));
}

/** Private keys, public keys and certificates may all tell a public key. */
function publicKeys(file: string): string[] {
  return blocks(file).map((block) => createPublicKey(block).export({ type: "spki", format: "pem" }).toString());
}

function serviceAccountKeys({ signingKeyFile, verificationKeyFiles }: TrustSettings): ServiceAccountKeys {
  const [signing] = blocks(signingKeyFile);
  return new ServiceAccountKeys(signing!, verificationKeyFiles.flatMap(publicKeys));
}

function servingPair(files: ApiServerSettings["certificates"], names: readonly string[]): KeyPair {
  if (files.certificateFile) return { certificate: read(files.certificateFile), key: read(files.keyFile) };
  const [certificate, key] = [join(files.folder, "apiserver.crt"), join(files.folder, "apiserver.key")];
  if (existsSync(certificate) && existsSync(key)) return { certificate: read(certificate), key: read(key) };
  const made = ownPair(names);
  mkdirSync(files.folder, { recursive: true, mode: 0o755 });
  writeFileSync(key, made.key, { mode: 0o600 });
  writeFileSync(certificate, made.certificate);
  return made;
}

function namedCertificate({ certificateFile, keyFile, names }: NamedPair): NamedCertificate {
  const certificate = readNamed(certificateFile);
  const pair = { certificate, key: readNamed(keyFile) };
  return { ...pair, names: names.length > 0 ? names : namesOf(new X509Certificate(certificate)) };
}

function readNamed(file: string): string {
  try {
    return read(file);
  } catch (error) {
    throw new FlagError(`failed to load SNI cert and key: ${(error as Error).message}`, { cause: error });
  }
}

function namesOf({ subject, subjectAltName = "" }: X509Certificate): readonly string[] {
  const names = Array.from(subjectAltName.matchAll(/\bDNS:([^,\s]+)/g), ([, name]) => name!);
  const common = /^CN=(\S+)$/m.exec(subject)?.[1];
  return names.length > 0 || !common ? names : [common];
}

/** Signed by an authority that is forgotten at once: who wants to check it reads the file. */
function ownPair(names: readonly string[]): KeyPair {
  const authority = CertificateAuthority.create("kube-apiserver-ca");
  const { certificate, key } = authority.issue({
    commonName: "kube-apiserver",
    alternativeNames: names,
    usage: "server",
  });
  return { certificate: certificate + authority.certificate, key };
}

/** Lines of `token,user,uid,"group1,group2"`. */
function tokensOf(text: string): [string, User][] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [token, name, uid, groups = ""] = columns(line);
    if (!token || !name || uid === undefined)
      throw new FlagError("token file must have at least 3 columns (token, user name, user uid)");
    return [token, { name, ...(uid && { uid }), groups: groups.split(",").filter((group) => group !== "") }];
  });
}

/** Of a line of comma-separated values (RFC 4180). */
function columns(line: string): string[] {
  const cells = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return Array.from(cells, ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
}
