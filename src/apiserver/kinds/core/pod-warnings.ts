/** What is allowed in a pod but likely not meant. */
import { type corev1, labelValueProblems, parseQuantity } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { eachItem, FieldPath } from "../../validation/field-path.ts";
import { sameJson } from "../../validation/rules.ts";
import { Seen } from "../../validation/seen.ts";
import { labelDeprecation } from "../deprecated-labels.ts";
import { hostNameWarnings } from "../name-warnings.ts";
import { ProfileWarnings } from "./profile-warnings.ts";

export function podWarnings(pod: corev1.Pod, context: RequestContext, old?: corev1.Pod): string[] {
  // Only what the request changes is worth a word.
  if (context.subresource || (old && sameJson(old.spec, pod.spec))) return [];
  const named = old ? [] : hostNameWarnings(pod.metadata.name, "the Pod's hostname");
  return podSpecWarnings(pod.spec, pod.metadata.annotations, "", named);
}

/** `prefix`: where the pod is, `spec.template.` or nothing. Adds to `warnings`, as all here do, and answers them. */
export function podSpecWarnings(
  spec: corev1.PodSpec | undefined,
  annotations: Readonly<Record<string, string>> | undefined,
  prefix: string,
  warnings: string[] = [],
): string[] {
  if (!spec) return warnings;
  const path = new FieldPath(`${prefix}spec`);
  if (spec.nodeSelector) labelWarnings(spec.nodeSelector, path.child("nodeSelector"), warnings);
  if (spec.affinity?.nodeAffinity)
    nodeAffinityWarnings(spec.affinity.nodeAffinity, path.child("affinity", "nodeAffinity"), warnings);
  if (spec.topologySpreadConstraints)
    spreadWarnings(spec.topologySpreadConstraints, path.child("topologySpreadConstraints"), warnings);
  if (spec.hostAliases) aliasWarnings(spec.hostAliases, path.child("hostAliases"), warnings);
  if (spec.volumes) volumeWarnings(spec.volumes, path.child("volumes"), warnings);
  graceWarnings(spec, path, warnings);
  if (spec.imagePullSecrets) secretWarnings(spec.imagePullSecrets, path.child("imagePullSecrets"), warnings);
  const profiles = annotations && new ProfileWarnings(annotations, spec, prefix, warnings);
  profiles?.ofPod();
  containerWarnings(spec, path, profiles, warnings);
  portWarnings(spec, path, warnings);
  if (spec.affinity) selectorWarnings(spec.affinity, path.child("affinity"), warnings);
  return warnings;
}

const hard = "requiredDuringSchedulingIgnoredDuringExecution";
const soft = "preferredDuringSchedulingIgnoredDuringExecution";

function labelWarnings(labels: Readonly<Record<string, string>>, path: FieldPath, warnings: string[]): void {
  for (const key of Object.keys(labels).sort()) {
    const text = labelDeprecation(key);
    if (text) warnings.push(`${path.key(key)}: ${text}`);
  }
}

/** Among those preferred, values that no label can have. */
function nodeAffinityWarnings(affinity: corev1.NodeAffinity, path: FieldPath, warnings: string[]): void {
  nodeSelectorWarnings(affinity[hard]?.nodeSelectorTerms, path.child(hard, "nodeSelectorTerms"), warnings);
  eachItem(affinity[soft], path.child(soft), ({ preference }, at) =>
    eachItem(preference.matchExpressions, at.child("preference", "matchExpressions"), ({ values }, expression) =>
      eachItem(values, expression.child("values"), (value, place) => {
        for (const why of labelValueProblems(value)) warnings.push(`${place}: ${value} is invalid, ${why}`);
      }),
    ),
  );
}

/** Old labels in a node selector's terms. */
export function nodeSelectorWarnings(
  terms: readonly corev1.NodeSelectorTerm[] | undefined,
  path: FieldPath,
  warnings: string[] = [],
): string[] {
  eachItem(terms, path, ({ matchExpressions }, at) =>
    eachItem(matchExpressions, at.child("matchExpressions"), ({ key }, expression) => {
      const text = labelDeprecation(key);
      if (text) warnings.push(`${expression.child("key")}: ${key} is ${text}`);
    }),
  );
  return warnings;
}

function withoutSelector({ labelSelector }: { readonly labelSelector?: unknown }, at: FieldPath, warnings: string[]) {
  if (!labelSelector) warnings.push(`${at.child("labelSelector")}: a null labelSelector results in matching no pod`);
}

function selectorWarnings(affinity: corev1.Affinity, path: FieldPath, warnings: string[]): void {
  for (const key of ["podAffinity", "podAntiAffinity"] as const) {
    const under = path.child(key);
    eachItem(affinity[key]?.[hard], under.child(hard), (term, at) => withoutSelector(term, at, warnings));
    eachItem(affinity[key]?.[soft], under.child(soft), ({ podAffinityTerm }, at) =>
      withoutSelector(podAffinityTerm, at.child("podAffinityTerm"), warnings),
    );
  }
}

function spreadWarnings(
  constraints: readonly corev1.TopologySpreadConstraint[],
  path: FieldPath,
  warnings: string[],
): void {
  eachItem(constraints, path, (constraint, at) => {
    const text = labelDeprecation(constraint.topologyKey);
    if (text) warnings.push(`${at.child("topologyKey")}: ${constraint.topologyKey} is ${text}`);
    withoutSelector(constraint, at, warnings);
  });
}

function aliasWarnings(aliases: readonly corev1.HostAlias[], path: FieldPath, warnings: string[]): void {
  const seen = new Seen<string>();
  eachItem(aliases, path, ({ ip }, at) => {
    if (seen.again(ip)) warnings.push(`${at.child("ip")}: duplicate ip ${JSON.stringify(ip)}`);
  });
}

function volumeWarnings(volumes: readonly corev1.Volume[], path: FieldPath, warnings: string[]): void {
  eachItem(volumes, path, (volume, at) => {
    if (volume.gitRepo) warnings.push(`${at.child("gitRepo")}: deprecated in v1.11, and disabled by default in v1.33+`);
    sourceWarnings(volume, at, warnings);
    if (volume.projected?.sources?.some((source) => Object.keys(source).length === 0))
      warnings.push(`volume ${JSON.stringify(volume.name)} (Projected) has no sources provided`);
  });
}

const goneSources: ReadonlyMap<string, string> = new Map([
  ["photonPersistentDisk", "photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+"],
  ["scaleIO", "scaleIO: deprecated in v1.16, non-functional in v1.22+"],
  ["storageos", "storageOS: deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "glusterfs: deprecated in v1.25, non-functional in v1.26+"],
  ["cephfs", "cephfs: deprecated in v1.28, non-functional in v1.31+"],
  ["rbd", "rbd: deprecated in v1.28, non-functional in v1.31+"],
]);

/** Sources that nothing serves any more; a volume of either kind has one source. */
export function sourceWarnings(holder: object, path: FieldPath, warnings: string[] = []): string[] {
  for (const name of Object.keys(holder)) {
    const text = goneSources.get(name);
    if (text) warnings.push(`${path}.${text}`);
  }
  return warnings;
}

function graceWarnings(
  { terminationGracePeriodSeconds = 0 }: corev1.PodSpec,
  path: FieldPath,
  warnings: string[],
): void {
  if (terminationGracePeriodSeconds >= 0) return;
  const text = "must be >= 0; negative values are invalid and will be treated as 1";
  warnings.push(`${path.child("terminationGracePeriodSeconds")}: ${text}`);
}

function secretWarnings(secrets: readonly corev1.LocalObjectReference[], path: FieldPath, warnings: string[]): void {
  const seen = new Seen<string>();
  eachItem(secrets, path, ({ name = "" }, at) => {
    if (seen.again(name)) warnings.push(`${at.child("name")}: duplicate name ${JSON.stringify(name)}`);
  });
  eachItem(secrets, path, ({ name }, at) => {
    if (!name) warnings.push(`${at.child("name")}: invalid empty name ""`);
  });
}

function containerWarnings(
  spec: corev1.PodSpec,
  path: FieldPath,
  profiles: ProfileWarnings | undefined,
  warnings: string[],
): void {
  const look = (container: corev1.Container | corev1.EphemeralContainer, at: FieldPath) => {
    const { resources, env } = container;
    profiles?.ofContainer(container);
    if (resources?.limits) byteWarnings(resources.limits, at.child("resources", "limits"), warnings);
    if (resources?.requests) byteWarnings(resources.requests, at.child("resources", "requests"), warnings);
    if (env) environmentWarnings(env, at.child("env"), warnings);
  };
  eachItem(spec.initContainers, path.child("initContainers"), look);
  eachItem(spec.containers, path.child("containers"), look);
  eachItem(spec.ephemeralContainers, path.child("ephemeralContainers"), look);
}

const largestInteger = 2n ** 63n - 1n;
const isPlainDecimal = /^\d{1,18}([kMGTPE]|e\+?\d+)?$/;

/** As upstream counts them, in 64 bits: what does not fit is nothing, the largest number, or what is left of it, by the way it was read. */
function thousandths(amount: string): bigint {
  const found = parseQuantity(amount).milliValue();
  if (found <= largestInteger) return found;
  if (isPlainDecimal.test(amount)) return 0n;
  if (!amount.endsWith("i")) return BigInt.asIntN(64, found);
  return found / 1000n > largestInteger ? 0n : largestInteger;
}

const countedInBytes = ["memory", "ephemeral-storage", "storage"];

/** Half a byte is nobody's wish: `m` was written for `Mi`. */
export function byteWarnings(
  list: Readonly<Record<string, string>> | undefined,
  path: FieldPath,
  warnings: string[] = [],
): string[] {
  if (!list) return warnings;
  for (const name of countedInBytes) {
    const amount = list[name];
    if (amount === undefined || thousandths(amount) % 1000n === 0n) continue;
    warnings.push(`${path.key(name)}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`);
  }
  return warnings;
}

function environmentWarnings(variables: readonly corev1.EnvVar[], path: FieldPath, warnings: string[]): void {
  const seen = new Seen<string>();
  eachItem(variables, path, ({ name, value }, at) => {
    // A value that refers to the one before it is meant.
    if (!seen.again(name) || value?.includes(`$(${name})`)) return;
    const text = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
    warnings.push(`${at}: ${text}`);
  });
}

interface SeenPort {
  readonly at: FieldPath;
  readonly port: corev1.ContainerPort;
}

/** Ports are anybody's, and as many as a body holds: each is held against so many of its number, and so many clashes are told. */
const mostCompared = 100;
const mostTold = 1000;

function portWarnings(spec: corev1.PodSpec, path: FieldPath, warnings: string[]): void {
  const seen = new Map<string, SeenPort[]>();
  let told = 0;
  const look = ({ ports }: corev1.Container, place: FieldPath) =>
    eachItem(ports, place.child("ports"), (port, at) => {
      if (port.hostIP && !port.hostPort) warnings.push(addressWithoutPort(port, at));
      const numbered = `${port.containerPort}/${port.protocol}`;
      const same = seen.get(numbered) ?? [];
      const clashes = told < mostTold ? same.flatMap((other) => clashWarning({ at, port }, other)) : [];
      told += clashes.length;
      warnings.push(...clashes);
      if (same.length === 0) seen.set(numbered, same);
      if (same.length < mostCompared) same.push({ at, port });
    });
  eachItem(spec.initContainers, path.child("initContainers"), look);
  eachItem(spec.containers, path.child("containers"), look);
}

function clashWarning({ at, port }: SeenPort, other: SeenPort): string[] {
  const clash = portClash(port, other.port);
  return clash ? [`${at}: ${clash} port definition with ${other.at}`] : [];
}

function addressWithoutPort({ name, containerPort, protocol, hostIP }: corev1.ContainerPort, at: FieldPath): string {
  const printed = `{Name:${name ?? ""} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
  return `${at}: hostIP set without hostPort: ${printed}`;
}

/** How two ports of one number meet: on the node it is the address with the port that counts, and none is all of them. */
function portClash(one: corev1.ContainerPort, other: corev1.ContainerPort): string | undefined {
  const [hostPort, otherPort] = [one.hostPort ?? 0, other.hostPort ?? 0];
  const [address, otherAddress] = [one.hostIP ?? "", other.hostIP ?? ""];
  if (hostPort === otherPort && address === otherAddress) return "duplicate";
  if (hostPort === 0 || otherPort === 0) return "overlapping";
  const oneIsOpen = (address === "") !== (otherAddress === "");
  return hostPort === otherPort && oneIsOpen ? "dangerously ambiguous" : undefined;
}
