/** Registry credentials in secrets, as Docker's configuration files hold them. */
import type { corev1 } from "../../api/mod.ts";
import type { AuthConfig } from "../runtime/contract.ts";
import { parseImageReference } from "./reference.ts";

interface DockerEntry {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

type DockerEntries = Readonly<Record<string, DockerEntry>>;

function parseJson(encoded: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded ?? "", "base64").toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // A secret that cannot be read holds no credentials; the pull goes on without.
  }
}

function entriesOf(secret: corev1.Secret): DockerEntries {
  if (secret.type === "kubernetes.io/dockerconfigjson") {
    return (parseJson(secret.data?.[".dockerconfigjson"])["auths"] ?? {}) as DockerEntries;
  }
  if (secret.type === "kubernetes.io/dockercfg") return parseJson(secret.data?.[".dockercfg"]) as DockerEntries;
  return {};
}

/** `https://index.docker.io/v1/` and `registry.example/team` as host and path. */
function splitRegistry(key: string): { host: string; path: string } {
  const bare = key
    .replace(/^https?:\/\//, "")
    .replace(/\/v[12]\/?$/, "")
    .replace(/\/$/, "");
  const slash = bare.indexOf("/");
  const host = slash < 0 ? bare : bare.slice(0, slash);
  return { host: host === "index.docker.io" ? "docker.io" : host, path: slash < 0 ? "" : bare.slice(slash + 1) };
}

/** `*` in a pattern stands for a part of one label of the host name. */
function hostMatches(pattern: string, host: string): boolean {
  const wanted = pattern.split(".");
  const labels = host.split(".");
  if (wanted.length !== labels.length) return false;
  return wanted.every((part, index) => {
    const expression = part
      .split("*")
      .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
      .join(".*");
    return new RegExp(`^${expression}$`).test(labels[index]!);
  });
}

function matches(key: string, imageName: string): boolean {
  const { host, path } = splitRegistry(key);
  const slash = imageName.indexOf("/");
  const imagePath = imageName.slice(slash + 1);
  const underPath = path === "" || imagePath === path || imagePath.startsWith(`${path}/`);
  return hostMatches(host, imageName.slice(0, slash)) && underPath;
}

function authConfig(serverAddress: string, entry: DockerEntry): AuthConfig {
  const [username = "", ...rest] = Buffer.from(entry.auth ?? "", "base64")
    .toString()
    .split(":");
  return {
    serverAddress,
    username: entry.username ?? username,
    password: entry.password ?? rest.join(":"),
    identityToken: entry.identitytoken ?? "",
    registryToken: entry.registrytoken ?? "",
  };
}

/** Credentials for the image's registry, the most exact first. */
export function credentialsFor(image: string, secrets: readonly corev1.Secret[]): AuthConfig[] {
  const { name } = parseImageReference(image);
  const found = secrets.flatMap((secret) => Object.entries(entriesOf(secret)).filter(([key]) => matches(key, name)));
  found.sort(([a], [b]) => b.length - a.length);
  return found.map(([key, entry]) => authConfig(key, entry));
}
