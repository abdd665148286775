/** The folder of keys and certificates of one cluster: made once, loaded ever after. The file names are kubeadm's. */
import { generateKeyPair, randomBytes, X509Certificate } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { CertificateAuthority, type CertificateRequest, type KeyPair } from "./certificate-authority.ts";

/** Leaf certificates are made anew at start when less than this is left of them. */
const renewBeforeMs = 90 * 24 * 60 * 60 * 1000;

export type PkiErrorCode = "key-missing" | "unreadable";

export class PkiError extends Error {
  readonly code: PkiErrorCode;
  constructor(code: PkiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PkiError";
    this.code = code;
  }
}

export interface PkiOptions {
  /** Made where it is missing, mode 0700. */
  readonly directory: string;
  /** What signs service account tokens. ES256 takes no time to generate; RS256 is for verifiers that know nothing else. */
  readonly tokenAlgorithm?: "ES256" | "RS256";
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

interface FilePair {
  readonly certificate: string;
  readonly key: string;
}

function filePair(directory: string, name: string): FilePair {
  return { certificate: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new PkiError("unreadable", `cannot read ${path}`, { cause: error });
  }
}

/** Whole or not at all, and never readable by others, not even for a moment. */
async function writeSecret(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(temporary, content, { mode: 0o600, flag: "wx", flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The key first: a key without a certificate is an interrupted start, and nobody has seen it. */
async function writePair(files: FilePair, pair: KeyPair): Promise<void> {
  await writeSecret(files.key, pair.key);
  await writeSecret(files.certificate, pair.certificate);
}

async function readPair(files: FilePair): Promise<KeyPair | undefined> {
  const [certificate, key] = await Promise.all([readIfThere(files.certificate), readIfThere(files.key)]);
  if (certificate === undefined) return undefined;
  if (key === undefined)
    throw new PkiError("key-missing", `${files.certificate} is there, its key ${files.key} is not`);
  return { certificate, key };
}

async function authority(
  directory: string,
  name: string,
  commonName: string,
  now: number,
): Promise<CertificateAuthority> {
  const files = filePair(directory, name);
  const known = await readPair(files);
  if (known) return new CertificateAuthority(known);
  const made = await CertificateAuthority.create(commonName, now);
  await writePair(files, made);
  return made;
}

function coversNames(certificate: X509Certificate, names: readonly string[]): boolean {
  return names.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined);
}

/** Whether a kept leaf still serves: of this authority, far from its end, with all the names. */
function serves(pair: KeyPair, issuer: CertificateAuthority, request: CertificateRequest, now: number): boolean {
  const certificate = new X509Certificate(pair.certificate);
  if (!certificate.verify(new X509Certificate(issuer.certificate).publicKey)) return false;
  if (certificate.validToDate.getTime() - now < renewBeforeMs) return false;
  return coversNames(certificate, request.alternativeNames ?? []);
}

async function generateTokenKey(algorithm: "ES256" | "RS256"): Promise<string> {
  const generate = promisify(generateKeyPair);
  const { privateKey } =
    algorithm === "RS256"
      ? await generate("rsa", { modulusLength: 2048 })
      : await generate("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

async function tokenKey(directory: string, algorithm: "ES256" | "RS256"): Promise<string> {
  const path = join(directory, "sa.key");
  const known = await readIfThere(path);
  if (known !== undefined) return known;
  const made = await generateTokenKey(algorithm);
  await writeSecret(path, made);
  return made;
}

export class Pki {
  readonly directory: string;
  /** Signs serving and client certificates of the cluster. */
  readonly clusterAuthority: CertificateAuthority;
  /** Signs the client certificate that extension API servers trust for X-Remote-User. */
  readonly frontProxyAuthority: CertificateAuthority;
  /** PKCS#8 PEM. */
  readonly serviceAccountKey: string;
  readonly #now: () => number;

  private constructor(
    directory: string,
    parts: { cluster: CertificateAuthority; frontProxy: CertificateAuthority; serviceAccountKey: string },
    now: () => number,
  ) {
    this.directory = directory;
    this.clusterAuthority = parts.cluster;
    this.frontProxyAuthority = parts.frontProxy;
    this.serviceAccountKey = parts.serviceAccountKey;
    this.#now = now;
  }

  /** Loads the folder, making what is missing. Rejects with `PkiError`. */
  static async open(options: PkiOptions): Promise<Pki> {
    const now = options.now ?? Date.now;
    const { directory } = options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const [cluster, frontProxy, serviceAccountKey] = await Promise.all([
      authority(directory, "ca", "kubernetes", now()),
      authority(directory, "front-proxy-ca", "front-proxy-ca", now()),
      tokenKey(directory, options.tokenAlgorithm ?? "ES256"),
    ]);
    return new Pki(directory, { cluster, frontProxy, serviceAccountKey }, now);
  }

  /** The API server's own certificate. Made anew when `names` (DNS names and IP addresses) has one that the kept one lacks. */
  server(names: readonly string[]): Promise<KeyPair> {
    return this.#leaf("apiserver", this.clusterAuthority, {
      commonName: "kube-apiserver",
      alternativeNames: names,
      usage: "server",
    });
  }

  /** What the API server shows to node agents. */
  kubeletClient(): Promise<KeyPair> {
    return this.#leaf("apiserver-kubelet-client", this.clusterAuthority, {
      commonName: "kube-apiserver-kubelet-client",
      organizations: ["system:masters"],
      usage: "client",
    });
  }

  /** What the API server shows to extension API servers. */
  frontProxyClient(): Promise<KeyPair> {
    return this.#leaf("front-proxy-client", this.frontProxyAuthority, {
      commonName: "front-proxy-client",
      usage: "client",
    });
  }

  /** The administrator in the kubeconfig that a person gets. */
  admin(): Promise<KeyPair> {
    return this.#leaf("admin", this.clusterAuthority, {
      commonName: "kubernetes-admin",
      organizations: ["system:masters"],
      usage: "client",
    });
  }

  /** What the service proxies and DNS of all nodes show: bound by the bootstrap policy to `system:node-proxier`. */
  proxy(): Promise<KeyPair> {
    return this.#leaf("kube-proxy", this.clusterAuthority, { commonName: "system:kube-proxy", usage: "client" });
  }

  /** What the cluster's own metrics server shows to the API server in front of it. */
  metricsServer(): Promise<KeyPair> {
    return this.#leaf("metrics-server", this.clusterAuthority, {
      commonName: "metrics-server",
      alternativeNames: ["metrics-server.kube-system.svc"],
      usage: "server",
    });
  }

  /** A node agent's client and serving certificate. `names`: where the node is reached. */
  node(nodeName: string, names: readonly string[]): Promise<KeyPair> {
    return this.#leaf(`node-${nodeName}`, this.clusterAuthority, {
      commonName: `system:node:${nodeName}`,
      organizations: ["system:nodes"],
      alternativeNames: [nodeName, ...names],
      usage: "both",
    });
  }

  async #leaf(name: string, issuer: CertificateAuthority, request: CertificateRequest): Promise<KeyPair> {
    const files = filePair(this.directory, name);
    const known = await readPair(files);
    if (known && serves(known, issuer, request, this.#now())) return known;
    const made = await issuer.issue(request, this.#now());
    await writePair(files, made);
    return made;
  }
}
