/** A pod with everything the plugins read of it worked out once, when it arrives, and not once per node. */
import { type corev1, type Labels, labelSelectorAsSelector, type metav1 } from "../api/mod.ts";
import type { Amounts } from "./amounts.ts";
import { podRequests } from "./pod-requests.ts";

/** What `parseLabelSelector` and `labelSelectorAsSelector` answer. */
export interface Selector {
  matches(labels: Labels): boolean;
  toString(): string;
}

export interface HostPort {
  /** `0.0.0.0` where the pod names none: it meets every other address. */
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export interface AffinityTerm {
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly namespaces: ReadonlySet<string>;
  /** Namespaces by label, beside those named. */
  readonly namespaceSelector?: Selector;
  /** Equal for terms that select the same pods. */
  readonly key: string;
}

export interface WeightedAffinityTerm extends AffinityTerm {
  readonly weight: number;
}

export interface PodInfo {
  readonly pod: corev1.Pod;
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly priority: number;
  readonly terminating: boolean;
  readonly requests: Amounts;
  readonly presumed: { readonly milliCpu: number; readonly memory: number };
  readonly hostPorts: readonly HostPort[];
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly WeightedAffinityTerm[];
  readonly preferredAntiAffinity: readonly WeightedAffinityTerm[];
}

export function podKey(pod: { readonly metadata: { readonly name: string; readonly namespace: string } }): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`;
}

export function podInfo(pod: corev1.Pod): PodInfo {
  const { affinity } = pod.spec;
  return {
    pod,
    key: podKey(pod),
    namespace: pod.metadata.namespace,
    labels: pod.metadata.labels ?? {},
    priority: pod.spec.priority ?? 0,
    terminating: pod.metadata.deletionTimestamp !== undefined,
    ...podRequests(pod),
    hostPorts: hostPorts(pod),
    affinity: terms(pod, affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    antiAffinity: terms(pod, affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: weighted(pod, affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: weighted(pod, affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
}

const noPorts: readonly HostPort[] = [];

function hostPorts(pod: corev1.Pod): readonly HostPort[] {
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === "Always");
  const ports = [...pod.spec.containers, ...sidecars].flatMap((container) => container.ports ?? []);
  const found = ports.flatMap((port) =>
    port.hostPort ? [{ ip: port.hostIP || "0.0.0.0", protocol: port.protocol ?? "TCP", port: port.hostPort }] : [],
  );
  return found.length === 0 ? noPorts : found;
}

const noTerms: readonly WeightedAffinityTerm[] = [];

function terms(pod: corev1.Pod, list: readonly corev1.PodAffinityTerm[] | undefined): readonly AffinityTerm[] {
  return list?.length ? list.map((term) => compile(pod, term)) : noTerms;
}

function weighted(
  pod: corev1.Pod,
  list: readonly corev1.WeightedPodAffinityTerm[] | undefined,
): readonly WeightedAffinityTerm[] {
  if (!list?.length) return noTerms;
  return list.map(({ weight, podAffinityTerm }) => ({ ...compile(pod, podAffinityTerm), weight }));
}

function compile(pod: corev1.Pod, term: corev1.PodAffinityTerm): AffinityTerm {
  const selector = labelSelectorAsSelector(withLabelKeys(pod, term));
  const namespaceSelector = term.namespaceSelector && labelSelectorAsSelector(term.namespaceSelector);
  const named = term.namespaces ?? [];
  const namespaces = new Set(named.length === 0 && !namespaceSelector ? [pod.metadata.namespace] : named);
  const key = `${[...namespaces].sort().join(",")}|${namespaceSelector ?? ""}|${selector}`;
  return { topologyKey: term.topologyKey, selector, namespaces, key, ...(namespaceSelector && { namespaceSelector }) };
}

/** Usually the API server has merged these keys into the selector already; twice does no harm. */
function withLabelKeys(pod: corev1.Pod, term: corev1.PodAffinityTerm): metav1.LabelSelector | undefined {
  const { labelSelector } = term;
  if (!labelSelector) return labelSelector;
  const same = requirements(pod, term.matchLabelKeys, "In");
  const other = requirements(pod, term.mismatchLabelKeys, "NotIn");
  if (same.length + other.length === 0) return labelSelector;
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...same, ...other] };
}

/** A requirement for each of the keys that the pod carries, with the pod's own value. */
export function requirements(
  pod: corev1.Pod,
  keys: readonly string[] | undefined,
  operator: "In" | "NotIn",
): metav1.LabelSelectorRequirement[] {
  return (keys ?? []).flatMap((key) => {
    const value = pod.metadata.labels?.[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
}

/** Whether the term selects the pod. `namespaceLabels` answers the labels of the pod's namespace. */
export function termMatches(term: AffinityTerm, pod: PodInfo, namespaceLabels: (name: string) => Labels): boolean {
  const inNamespace =
    term.namespaces.has(pod.namespace) || (term.namespaceSelector?.matches(namespaceLabels(pod.namespace)) ?? false);
  return inNamespace && term.selector.matches(pod.labels);
}
