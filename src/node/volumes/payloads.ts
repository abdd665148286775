/** The files of volumes that are written from the API: config maps, secrets, the downward API, tokens, and projections of these. */
import type { corev1 } from "../../api/mod.ts";
import type { ConfigSource } from "../environment/environment.ts";
import { fieldValue, resourceValue } from "../environment/field-reference.ts";
import type { NodeFacts } from "../node-facts.ts";
import { NodeError } from "../runtime/errors.ts";
import type { Payload, PayloadFile } from "./atomic-writer.ts";
import type { TokenSource } from "./tokens.ts";

export interface PayloadInput {
  readonly pod: corev1.Pod;
  readonly node: NodeFacts;
  /** The pod's, as far as they are known. */
  readonly addresses: readonly string[];
  readonly config: ConfigSource;
  readonly tokens: TokenSource;
}

type Files = [string, PayloadFile][];

const defaultMode = 0o644;

interface KeyedSource {
  /** How messages name the object. */
  readonly described: string;
  readonly entries: ReadonlyMap<string, Uint8Array>;
  readonly items: readonly corev1.KeyToPath[] | undefined;
  readonly optional: boolean;
}

/** All keys under their own names, or those listed under the paths given. */
function keyedFiles({ described, entries, items, optional }: KeyedSource, mode: number): Files {
  if (!items?.length) return [...entries].map(([key, data]) => [key, { data, mode }]);
  return items.flatMap((item): Files => {
    const data = entries.get(item.key);
    if (data !== undefined) return [[item.path, { data, mode: item.mode ?? mode }]];
    if (optional) return [];
    throw new NodeError("volume", `references non-existent ${described} key: ${item.key}`);
  });
}

function decoded(
  data: Readonly<Record<string, string>> | undefined,
  encoding: "utf8" | "base64",
): [string, Uint8Array][] {
  return Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, encoding)]);
}

interface ObjectSource {
  readonly name?: string | undefined;
  readonly items?: readonly corev1.KeyToPath[] | undefined;
  readonly optional?: boolean | undefined;
}

async function configMapFiles(input: PayloadInput, source: ObjectSource, mode: number): Promise<Files> {
  const { name = "", items, optional = false } = source;
  const found = await input.config.configMap(input.pod.metadata.namespace, name);
  if (found === undefined && !optional) throw new NodeError("volume", `configmap "${name}" not found`);
  const entries = new Map([...decoded(found?.data, "utf8"), ...decoded(found?.binaryData, "base64")]);
  return found === undefined ? [] : keyedFiles({ described: "config", entries, items, optional }, mode);
}

async function secretFiles(input: PayloadInput, source: ObjectSource, mode: number): Promise<Files> {
  const { name = "", items, optional = false } = source;
  const found = await input.config.secret(input.pod.metadata.namespace, name);
  if (found === undefined && !optional) throw new NodeError("volume", `secret "${name}" not found`);
  const entries = new Map(decoded(found?.data, "base64"));
  return found === undefined ? [] : keyedFiles({ described: "secret", entries, items, optional }, mode);
}

function downwardFiles(
  { pod, node, addresses }: PayloadInput,
  items: readonly corev1.DownwardAPIVolumeFile[],
  mode: number,
): Files {
  return items.map((item) => {
    const text = item.fieldRef
      ? fieldValue(pod, item.fieldRef.fieldPath, node, addresses)
      : resourceValue(pod, item.resourceFieldRef!, node);
    return [item.path, { data: Buffer.from(text), mode: item.mode ?? mode }];
  });
}

/** The user that all containers run as, where they agree: then a token can be that user's alone. */
function commonUser(pod: corev1.Pod): number | undefined {
  const shared = pod.spec.securityContext?.runAsUser;
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const users = new Set(containers.map(({ securityContext }) => securityContext?.runAsUser ?? shared));
  return users.size === 1 ? [...users][0] : undefined;
}

async function tokenFiles(
  { pod, tokens }: PayloadInput,
  source: corev1.ServiceAccountTokenProjection,
  mode: number,
): Promise<Files> {
  const data = Buffer.from(await tokens.token(pod, source));
  if (pod.spec.securityContext?.fsGroup !== undefined) return [[source.path, { data, mode: 0o600 }]];
  const user = commonUser(pod);
  return [[source.path, user === undefined ? { data, mode } : { data, mode: 0o600, user }]];
}

async function projectedFiles(input: PayloadInput, source: corev1.VolumeProjection, mode: number): Promise<Files> {
  if (source.configMap) return configMapFiles(input, source.configMap, mode);
  if (source.secret) return secretFiles(input, source.secret, mode);
  if (source.downwardAPI) return downwardFiles(input, source.downwardAPI.items ?? [], mode);
  if (source.serviceAccountToken) return tokenFiles(input, source.serviceAccountToken, mode);
  throw new NodeError("volume", "this node does not know the kind of a projected volume's source");
}

async function filesOf(input: PayloadInput, volume: corev1.Volume): Promise<Files> {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return configMapFiles(input, configMap, configMap.defaultMode ?? defaultMode);
  if (secret) return secretFiles(input, { ...secret, name: secret.secretName }, secret.defaultMode ?? defaultMode);
  if (downwardAPI) return downwardFiles(input, downwardAPI.items ?? [], downwardAPI.defaultMode ?? defaultMode);
  const mode = projected?.defaultMode ?? defaultMode;
  const lists = await Promise.all((projected?.sources ?? []).map((source) => projectedFiles(input, source, mode)));
  return lists.flat();
}

/** The plugin's folder name for a volume that is written from the API; nothing for the other kinds. */
export function payloadPlugin({ configMap, secret, downwardAPI, projected }: corev1.Volume): string | undefined {
  if (configMap) return "kubernetes.io~configmap";
  if (secret) return "kubernetes.io~secret";
  if (downwardAPI) return "kubernetes.io~downward-api";
  return projected ? "kubernetes.io~projected" : undefined;
}

/** Rejects with a `NodeError` where something that is not optional is missing. */
export async function collectPayload(input: PayloadInput, volume: corev1.Volume): Promise<Payload> {
  return new Map(await filesOf(input, volume));
}
