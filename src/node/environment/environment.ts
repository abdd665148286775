/** The environment of a container, from all its sources. */
import type { corev1 } from "../../api/mod.ts";
import type { NodeFacts } from "../node-facts.ts";
import { NodeError } from "../runtime/errors.ts";
import { expand } from "./expand.ts";
import { fieldValue, resourceValue } from "./field-reference.ts";
import { serviceVariables } from "./service-links.ts";

/** What pods read of the API. Nothing where the object does not exist. */
export interface ConfigSource {
  configMap(namespace: string, name: string): Promise<corev1.ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<corev1.Secret | undefined>;
}

export interface EnvironmentSources extends ConfigSource {
  services(): readonly corev1.Service[];
}

export interface EnvironmentInput {
  readonly pod: corev1.Pod;
  readonly container: corev1.Container;
  /** The pod's. */
  readonly addresses: readonly string[];
  readonly node: NodeFacts;
  readonly sources: EnvironmentSources;
}

/** Keys of config maps may be anything printable since 1.30; what cannot be a variable at all is left out. */
const usableName = /^[^=\0]+$/;

async function keyValues(
  { pod, sources }: EnvironmentInput,
  from: corev1.EnvFromSource,
): Promise<Record<string, string>> {
  const namespace = pod.metadata.namespace;
  if (from.configMapRef) {
    const { name = "", optional } = from.configMapRef;
    const found = await sources.configMap(namespace, name);
    if (found === undefined && !optional) throw new NodeError("create-config", `configmap "${name}" not found`);
    return found?.data ?? {};
  }
  const { name = "", optional } = from.secretRef ?? {};
  const found = await sources.secret(namespace, name);
  if (found === undefined && !optional) throw new NodeError("create-config", `secret "${name}" not found`);
  return Object.fromEntries(Object.entries(found?.data ?? {}).map(([key, value]) => [key, decodeBase64(value)]));
}

function decodeBase64(value: string): string {
  return Buffer.from(value, "base64").toString();
}

async function configMapKey({ pod, sources }: EnvironmentInput, selector: corev1.ConfigMapKeySelector) {
  const { name = "", key, optional } = selector;
  const namespace = pod.metadata.namespace;
  const found = await sources.configMap(namespace, name);
  if (found === undefined && !optional) throw new NodeError("create-config", `configmap "${name}" not found`);
  const value = found?.data?.[key];
  if (value === undefined && !optional) {
    throw new NodeError("create-config", `couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
  }
  return value;
}

async function secretKey({ pod, sources }: EnvironmentInput, { name = "", key, optional }: corev1.SecretKeySelector) {
  const namespace = pod.metadata.namespace;
  const found = await sources.secret(namespace, name);
  if (found === undefined && !optional) throw new NodeError("create-config", `secret "${name}" not found`);
  const value = found?.data?.[key];
  if (value === undefined && !optional) {
    throw new NodeError("create-config", `couldn't find key ${key} in Secret ${namespace}/${name}`);
  }
  return value === undefined ? undefined : decodeBase64(value);
}

/** Nothing where an optional source does not exist: then the variable is left out. */
async function sourceValue(input: EnvironmentInput, from: corev1.EnvVarSource): Promise<string | undefined> {
  const { pod, node, container, addresses } = input;
  if (from.fieldRef) return fieldValue(pod, from.fieldRef.fieldPath, node, addresses);
  if (from.resourceFieldRef) return resourceValue(pod, from.resourceFieldRef, node, container);
  if (from.configMapKeyRef) return configMapKey(input, from.configMapKeyRef);
  if (from.secretKeyRef) return secretKey(input, from.secretKeyRef);
  throw new NodeError("create-config", "environment variable with a source of an unknown kind");
}

/** In the order in which they are set. Rejects with `create-config` where a source is missing. */
export async function containerEnvironment(input: EnvironmentInput): Promise<Map<string, string>> {
  const { pod, container, sources } = input;
  const links = serviceVariables(sources.services(), pod.metadata.namespace, pod.spec.enableServiceLinks !== false);
  const own = new Map<string, string>();
  for (const from of container.envFrom ?? []) {
    for (const [key, value] of Object.entries(await keyValues(input, from))) {
      const name = `${from.prefix ?? ""}${key}`;
      if (usableName.test(name)) own.set(name, value);
    }
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    // A reference sees what is set before it, and the services.
    const known = new Map([...links, ...own]);
    const result = valueFrom ? await sourceValue(input, valueFrom) : expand(value ?? "", known);
    if (result !== undefined) own.set(name, result);
  }
  for (const [name, value] of links) if (!own.has(name)) own.set(name, value);
  return own;
}
