/** What is allowed in a pod but likely not meant. */
import { type corev1, labelValueProblems, parseQuantity } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { sameJson } from "../../validation/rules.ts";
import { labelDeprecation } from "../deprecated-labels.ts";
import { hostNameWarnings } from "../name-warnings.ts";

const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";

export function podWarnings(pod: corev1.Pod, context: RequestContext, old?: corev1.Pod): string[] {
  // Only what the request changes is worth a word.
  if (context.subresource || (old && sameJson(old.spec, pod.spec))) return [];
  const named = old ? [] : hostNameWarnings(pod.metadata.name, "the Pod's hostname");
  return [...named, ...templateWarnings(pod.spec, pod.metadata.annotations, "")];
}

/** `prefix`: where the pod is, `spec.template.` or nothing. */
export function templateWarnings(
  spec: corev1.PodSpec | undefined,
  annotations: Readonly<Record<string, string>> | undefined,
  prefix: string,
): string[] {
  if (!spec) return [];
  const path = `${prefix}spec`;
  return [
    ...labelWarnings(spec, path),
    ...spreadWarnings(spec, path),
    ...aliasWarnings(spec, path),
    ...volumeWarnings(spec, path),
    ...graceWarnings(spec, path),
    ...secretWarnings(spec, path),
    ...(spec.securityContext?.appArmorProfile ? [] : annotationWarnings(annotations, prefix)),
    ...containerWarnings(spec, path),
    ...portWarnings(spec, path),
    ...selectorWarnings(spec, path),
  ];
}

function labelWarnings(spec: corev1.PodSpec, path: string): string[] {
  if (!spec.nodeSelector && !spec.affinity?.nodeAffinity) return [];
  const keys = Object.keys(spec.nodeSelector ?? {}).sort();
  const found = keys.map((key) => [`${path}.nodeSelector[${key}]`, labelDeprecation(key)] as const);
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const under = `${path}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
  return [
    ...found.filter(([, text]) => text !== undefined).map(([at, text]) => `${at}: ${text}`),
    ...nodeSelectorWarnings(terms, under),
    ...preferenceWarnings(spec, path),
  ];
}

/** Values that no label can have. */
function preferenceWarnings({ affinity }: corev1.PodSpec, path: string): string[] {
  const key = "preferredDuringSchedulingIgnoredDuringExecution";
  return (affinity?.nodeAffinity?.[key] ?? []).flatMap(({ preference }, position) => {
    const under = `${path}.affinity.nodeAffinity.${key}[${position}].preference`;
    return (preference.matchExpressions ?? []).flatMap(({ values }, number) =>
      (values ?? []).flatMap((value, index) =>
        labelValueProblems(value).map(
          (why) => `${under}.matchExpressions[${number}].values[${index}]: ${value} is invalid, ${why}`,
        ),
      ),
    );
  });
}

/** Old labels in a node selector's terms. */
export function nodeSelectorWarnings(terms: readonly corev1.NodeSelectorTerm[], path: string): string[] {
  return terms.flatMap((term, position) =>
    (term.matchExpressions ?? []).flatMap(({ key }, number) => {
      const text = labelDeprecation(key);
      return text ? [`${path}[${position}].matchExpressions[${number}].key: ${key} is ${text}`] : [];
    }),
  );
}

const matchesNothing = "a null labelSelector results in matching no pod";

function selectorWarnings({ affinity }: corev1.PodSpec, path: string): string[] {
  if (!affinity) return [];
  return (["podAffinity", "podAntiAffinity"] as const).flatMap((key) => {
    const under = `${path}.affinity.${key}`;
    const hard = affinity?.[key]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const soft = affinity?.[key]?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const places = [
      ...hard.map((term, i) => [term, `requiredDuringSchedulingIgnoredDuringExecution[${i}]`] as const),
      ...soft.map(
        ({ podAffinityTerm }, i) =>
          [podAffinityTerm, `preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm`] as const,
      ),
    ];
    return places
      .filter(([term]) => !term.labelSelector)
      .map(([, at]) => `${under}.${at}.labelSelector: ${matchesNothing}`);
  });
}

function spreadWarnings(spec: corev1.PodSpec, path: string): string[] {
  return (spec.topologySpreadConstraints ?? []).flatMap((constraint, position) => {
    const at = `${path}.topologySpreadConstraints[${position}]`;
    const text = labelDeprecation(constraint.topologyKey);
    return [
      ...(text ? [`${at}.topologyKey: ${constraint.topologyKey} is ${text}`] : []),
      ...(constraint.labelSelector ? [] : [`${at}.labelSelector: ${matchesNothing}`]),
    ];
  });
}

function aliasWarnings(spec: corev1.PodSpec, path: string): string[] {
  const seen = new Set<string>();
  return (spec.hostAliases ?? []).flatMap(({ ip }, position) => {
    const again = seen.has(ip);
    seen.add(ip);
    return again ? [`${path}.hostAliases[${position}].ip: duplicate ip ${JSON.stringify(ip)}`] : [];
  });
}

function volumeWarnings(spec: corev1.PodSpec, path: string): string[] {
  return (spec.volumes ?? []).flatMap((volume, position) => {
    const at = `${path}.volumes[${position}]`;
    const empty = volume.projected?.sources?.some((source) => Object.keys(source).length === 0);
    return [
      ...(volume.gitRepo ? [`${at}.gitRepo: deprecated in v1.11, and disabled by default in v1.33+`] : []),
      ...sourceWarnings(volume, at),
      ...(empty ? [`volume ${JSON.stringify(volume.name)} (Projected) has no sources provided`] : []),
    ];
  });
}

const goneSources: Readonly<Record<string, string>> = Object.freeze({
  photonPersistentDisk: "photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+",
  scaleIO: "scaleIO: deprecated in v1.16, non-functional in v1.22+",
  storageos: "storageOS: deprecated in v1.22, non-functional in v1.25+",
  glusterfs: "glusterfs: deprecated in v1.25, non-functional in v1.26+",
  cephfs: "cephfs: deprecated in v1.28, non-functional in v1.31+",
  rbd: "rbd: deprecated in v1.28, non-functional in v1.31+",
});

const goneNames = Object.keys(goneSources);

/** Sources that nothing serves any more, of a volume of either kind. */
export function sourceWarnings(holder: object, path: string): string[] {
  return goneNames.filter((name) => name in holder).map((name) => `${path}.${goneSources[name]}`);
}

function graceWarnings({ terminationGracePeriodSeconds: seconds }: corev1.PodSpec, path: string): string[] {
  if (seconds === undefined || seconds >= 0) return [];
  return [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`];
}

function secretWarnings(spec: corev1.PodSpec, path: string): string[] {
  if (!spec.imagePullSecrets) return [];
  const names = (spec.imagePullSecrets ?? []).map(({ name }) => name ?? "");
  const at = (position: number) => `${path}.imagePullSecrets[${position}].name`;
  return [
    ...names.flatMap((name, position) =>
      names.indexOf(name) < position ? [`${at(position)}: duplicate name ${JSON.stringify(name)}`] : [],
    ),
    ...names.flatMap((name, position) => (name ? [] : [`${at(position)}: invalid empty name ""`])),
  ];
}

function annotationWarnings(annotations: Readonly<Record<string, string>> | undefined, prefix: string): string[] {
  if (!annotations) return [];
  return Object.keys(annotations ?? {})
    .filter((key) => key.startsWith(appArmorPrefix))
    .map(
      (key) => `${prefix}metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`,
    );
}

function containerWarnings(spec: corev1.PodSpec, path: string): string[] {
  const lists = { initContainers: spec.initContainers ?? [], containers: spec.containers ?? [] };
  return Object.entries(lists).flatMap(([key, containers]) =>
    containers.flatMap((container, position) => {
      const at = `${path}.${key}[${position}]`;
      return [
        ...byteWarnings(container.resources?.limits, `${at}.resources.limits`),
        ...byteWarnings(container.resources?.requests, `${at}.resources.requests`),
        ...environmentWarnings(container, at),
      ];
    }),
  );
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

/** Half a byte is nobody's wish: `m` was written for `Mi`. */
export function byteWarnings(list: Readonly<Record<string, string>> | undefined, path: string): string[] {
  if (!list) return [];
  return ["memory", "ephemeral-storage", "storage"].flatMap((name) => {
    const amount = list[name];
    if (amount === undefined || thousandths(amount) % 1000n === 0n) return [];
    return [`${path}[${name}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`];
  });
}

function environmentWarnings(container: corev1.Container, path: string): string[] {
  if (!container.env) return [];
  const seen = new Set<string>();
  return (container.env ?? []).flatMap(({ name, value }, position) => {
    const again = seen.has(name);
    seen.add(name);
    // A value that refers to the one before it is meant.
    if (!again || value?.includes(`$(${name})`)) return [];
    return [
      `${path}.env[${position}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
    ];
  });
}

interface SeenPort {
  readonly at: string;
  readonly port: corev1.ContainerPort;
}

/** Ports are anybody's, and as many as a body holds: each is held against so many of its number, and so many clashes are told. */
const mostCompared = 100;
const mostTold = 1000;

function portWarnings(spec: corev1.PodSpec, path: string): string[] {
  const seen = new Map<string, SeenPort[]>();
  let told = 0;
  return (["initContainers", "containers"] as const).flatMap((key) =>
    (spec[key] ?? []).flatMap((container, position) =>
      (container.ports ?? []).flatMap((port, number) => {
        const at = `${path}.${key}[${position}].ports[${number}]`;
        const numbered = `${port.containerPort}/${port.protocol}`;
        const same = seen.get(numbered) ?? [];
        const clashes = told < mostTold ? same.flatMap((other) => clashWarning({ at, port }, other)) : [];
        told += clashes.length;
        if (same.length < mostCompared) seen.set(numbered, [...same, { at, port }]);
        return [...addressWithoutPort(port, at), ...clashes];
      }),
    ),
  );
}

function clashWarning({ at, port }: SeenPort, other: SeenPort): string[] {
  const clash = portClash(port, other.port);
  return clash ? [`${at}: ${clash} port definition with ${other.at}`] : [];
}

function addressWithoutPort({ name, hostPort, containerPort, protocol, hostIP }: corev1.ContainerPort, at: string) {
  if (!hostIP || hostPort) return [];
  const printed = `{Name:${name ?? ""} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
  return [`${at}: hostIP set without hostPort: ${printed}`];
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
