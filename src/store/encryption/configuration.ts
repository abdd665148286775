/** EncryptionConfiguration (`apiserver.config.k8s.io/v1`), as upstream's `--encryption-provider-config` reads it. */
import { parseYaml } from "../../api/mod.ts";
import { StoreError } from "../errors.ts";
import { AesProvider, type NamedKey } from "./aes.ts";
import { KmsProvider } from "./kms-provider.ts";
import { identity, type Provider } from "./provider.ts";
import type { EncryptionRule } from "./rules.ts";
import { SecretboxProvider, secretboxKeyBytes } from "./secretbox.ts";

interface KeyConfig {
  readonly name?: string;
  readonly secret?: string;
}

interface KmsConfig {
  readonly apiVersion?: string;
  readonly name?: string;
  readonly endpoint?: string;
  readonly timeout?: string;
}

interface ProviderConfig {
  readonly aesgcm?: { readonly keys?: readonly KeyConfig[] };
  readonly aescbc?: { readonly keys?: readonly KeyConfig[] };
  readonly identity?: object | null;
  readonly kms?: KmsConfig;
  readonly secretbox?: { readonly keys?: readonly KeyConfig[] };
}

interface RuleConfig {
  readonly resources?: readonly string[];
  readonly providers?: readonly ProviderConfig[];
}

interface EncryptionConfig {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly resources?: readonly RuleConfig[];
}

const kinds = ["aesgcm", "aescbc", "identity", "kms", "secretbox"] as const;
const aesKeyBytes = [16, 24, 32];
const defaultKmsTimeoutMs = 3_000;

/** Throws `bad-configuration`, which names the place but never a secret. */
export function parseEncryption(text: string): EncryptionRule[] {
  const config = parse(text);
  if (config?.kind !== "EncryptionConfiguration" || config.apiVersion !== "apiserver.config.k8s.io/v1")
    throw bad("", "must be an EncryptionConfiguration of apiserver.config.k8s.io/v1");
  if (!config.resources?.length) throw bad("resources", "at least one resource is required");
  const made = new Map<string, Provider>();
  try {
    return config.resources.map((rule, index) => ruleOf(rule, `resources[${index}]`, made));
  } catch (error) {
    // Plug-ins named before the mistake would be asked for ever.
    for (const provider of made.values()) provider.retire?.();
    throw error;
  }
}

/** Throws `bad-configuration` where it makes no sense. */
export function checkEncryption(text: string): void {
  for (const { providers } of parseEncryption(text)) for (const provider of providers) provider.retire?.();
}

function parse(text: string): EncryptionConfig | undefined {
  try {
    return parseYaml(text) as EncryptionConfig;
  } catch {
    // The parser's words might show a part of the file.
    throw bad("", "is neither YAML nor JSON");
  }
}

function ruleOf({ resources = [], providers = [] }: RuleConfig, path: string, made: Map<string, Provider>) {
  if (resources.length === 0) throw bad(`${path}.resources`, "at least one resource is required");
  if (providers.length === 0) throw bad(`${path}.providers`, "at least one provider is required");
  resources.forEach((name, index) => {
    const known = /^(\*\.(\*|[a-z0-9.-]*)|[a-z0-9]([a-z0-9-]*)(\.[a-z0-9.-]+)?)$/.test(name);
    if (!known) throw bad(`${path}.resources[${index}]`, `${JSON.stringify(name)} is no resource`);
  });
  return {
    resources,
    providers: providers.map((one, index) => providerOf(one, `${path}.providers[${index}]`, made)),
  };
}

function providerOf(config: ProviderConfig, path: string, made: Map<string, Provider>): Provider {
  const given = kinds.filter((kind) => kind in (config ?? {}));
  if (given.length !== 1) throw bad(path, "exactly one provider is required in an element");
  if (config.aesgcm) return new AesProvider("aesgcm", keysOf(config.aesgcm.keys, `${path}.aesgcm`));
  if (config.aescbc) return new AesProvider("aescbc", keysOf(config.aescbc.keys, `${path}.aescbc`));
  if (config.secretbox)
    return new SecretboxProvider(keysOf(config.secretbox.keys, `${path}.secretbox`, [secretboxKeyBytes]));
  if (config.kms) return kmsOf(config.kms, `${path}.kms`, made);
  if (given[0] === "identity") return identity;
  throw bad(`${path}.${given[0]}`, "must not be empty");
}

/** `lengths` that a key may have, in bytes. */
function keysOf(keys: readonly KeyConfig[] = [], path: string, lengths: readonly number[] = aesKeyBytes): NamedKey[] {
  if (keys.length === 0) throw bad(`${path}.keys`, "at least one key is required");
  return keys.map(({ name = "", secret = "" }, index) => {
    const at = `${path}.keys[${index}]`;
    if (name === "" || name.includes(":")) throw bad(`${at}.name`, "must not be empty or hold a colon");
    const bytes = Buffer.from(secret, "base64");
    const right = bytes.toString("base64").replace(/=+$/, "") === secret.trim().replace(/=+$/, "");
    if (!right) throw bad(`${at}.secret`, "secret is not of the correct format: base64 is expected");
    if (!lengths.includes(bytes.length)) {
      const wanted = `expected one of [${lengths.join(" ")}]`;
      throw bad(`${at}.secret`, `secret is not of the expected length, got ${bytes.length}, ${wanted}`);
    }
    return { name, secret: bytes };
  });
}

/** One plug-in may serve several rules. */
function kmsOf(config: KmsConfig, path: string, made: Map<string, Provider>): Provider {
  const { name = "", endpoint = "", apiVersion = "v1", timeout } = config;
  if (apiVersion !== "v2") throw bad(`${path}.apiVersion`, "only v2 is supported");
  if (name === "" || name.includes(":")) throw bad(`${path}.name`, "must not be empty or hold a colon");
  if (!endpoint.startsWith("unix://")) throw bad(`${path}.endpoint`, "must be a unix socket: unix:///path");
  const known = made.get(name);
  if (known) return known;
  const provider = new KmsProvider({ name, endpoint, timeoutMs: millisecondsOf(timeout, `${path}.timeout`) });
  made.set(name, provider);
  return provider;
}

function millisecondsOf(text: string | undefined, path: string): number {
  if (text === undefined) return defaultKmsTimeoutMs;
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const value = Number(number) * ({ ms: 1, s: 1000, m: 60_000 }[unit ?? ""] ?? 0);
  if (!(value > 0)) throw bad(path, "timeout should be a positive value");
  return value;
}

function bad(path: string, why: string): StoreError {
  return new StoreError("bad-configuration", `encryption configuration: ${path === "" ? "it" : path}: ${why}`);
}
