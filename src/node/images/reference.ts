/** Names of images, as the container world writes and completes them: `web` is `docker.io/library/web:latest`. */
import { NodeError } from "../runtime/errors.ts";

export interface ImageReference {
  /** With its registry, without tag and digest. */
  readonly name: string;
  /** `latest` where the text has neither tag nor digest; empty where it has a digest only. */
  readonly tag: string;
  /** `sha256:…`, or empty. */
  readonly digest: string;
}

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const hostPattern = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

function invalid(text: string): NodeError {
  const cause = /[A-Z]/.test(text.split("@")[0] ?? "")
    ? "invalid reference format: repository name must be lowercase"
    : "invalid reference format";
  const message = `Failed to apply default image tag "${text}": couldn't parse image name "${text}": ${cause}`;
  return new NodeError("image", message, "InvalidImageName");
}

function isHost(first: string): boolean {
  return first.includes(".") || first.includes(":") || first === "localhost" || first !== first.toLowerCase();
}

function splitHost(repository: string): { host: string; path: string } {
  const slash = repository.indexOf("/");
  const first = slash < 0 ? "" : repository.slice(0, slash);
  if (slash >= 0 && isHost(first)) return { host: first, path: repository.slice(slash + 1) };
  return { host: "docker.io", path: slash < 0 ? `library/${repository}` : repository };
}

/** Throws a `NodeError` with the reason `InvalidImageName`. */
export function parseImageReference(text: string): ImageReference {
  const [beforeDigest = "", digest = "", ...more] = text.split("@");
  if (more.length > 0 || (text.includes("@") && !digestPattern.test(digest))) throw invalid(text);
  const colon = beforeDigest.lastIndexOf(":");
  const hasTag = colon > beforeDigest.lastIndexOf("/");
  const tag = hasTag ? beforeDigest.slice(colon + 1) : "";
  const { host, path } = splitHost(hasTag ? beforeDigest.slice(0, colon) : beforeDigest);
  const name = `${host === "index.docker.io" ? "docker.io" : host}/${path}`;
  if (!hostPattern.test(host) || !pathPattern.test(path) || name.length > 255) throw invalid(text);
  if (hasTag && !tagPattern.test(tag)) throw invalid(text);
  return { name, digest, tag: tag || (digest === "" ? "latest" : "") };
}

/** The text with `:latest` where it has neither tag nor digest: what the runtime is asked for. */
export function withDefaultTag(text: string): string {
  const { tag, digest } = parseImageReference(text);
  return tag === "latest" && digest === "" && !text.endsWith(":latest") ? `${text}:latest` : text;
}
