/** LimitRanges of a namespace: default requests and limits for containers, and bounds for containers, pods and volume claims. */
import { type Amounts, type corev1, resources } from "../../api/mod.ts";
import type { Informer } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { ownAmounts } from "../pod-resources.ts";
import { forbidden, joinReasons, requireSynced } from "../refusal.ts";
import { concerns, incoming, isWrite } from "../request.ts";
import { brokenBounds } from "./limit-bounds.ts";

const annotation = "kubernetes.io/limit-ranger";
const claims = resources.persistentvolumeclaims;

interface Defaults {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** Of two ranges the one that was made first counts, of two items of one range the later. */
function defaultsOf(ranges: readonly corev1.LimitRange[]): Defaults {
  const items = ranges
    .toReversed()
    .flatMap(({ spec }) => spec.limits)
    .filter(({ type }) => type === "Container");
  return {
    requests: Object.assign({}, ...items.map((item) => item.defaultRequest ?? {})),
    limits: Object.assign({}, ...items.map((item) => item.default ?? {})),
  };
}

/** Answers the names of what it set, sorted. */
function fill(container: corev1.Container, kind: "requests" | "limits", defaults: Amounts): string[] {
  const given = container.resources?.[kind] ?? {};
  const missing = Object.keys(defaults)
    .filter((name) => given[name] === undefined)
    .sort();
  if (missing.length === 0) return [];
  const added = Object.fromEntries(missing.map((name) => [name, defaults[name]!]));
  container.resources = { ...container.resources, [kind]: { ...given, ...added } };
  return missing;
}

function fillContainer(container: corev1.Container, what: string, defaults: Defaults): string[] {
  const requests = fill(container, "requests", defaults.requests);
  const limits = fill(container, "limits", defaults.limits);
  return [
    ...(requests.length > 0 ? [`${requests.join(", ")} request for ${what} ${container.name}`] : []),
    ...(limits.length > 0 ? [`${limits.join(", ")} limit for ${what} ${container.name}`] : []),
  ];
}

function fillPod(pod: corev1.Pod, defaults: Defaults): void {
  const done = [
    ...pod.spec.containers.flatMap((container) => fillContainer(container, "container", defaults)),
    ...(pod.spec.initContainers ?? []).flatMap((container) => fillContainer(container, "init container", defaults)),
  ];
  if (done.length === 0) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [annotation]: `LimitRanger plugin set: ${done.join("; ")}`,
  };
}

function brokenByPod(pod: corev1.Pod, item: corev1.LimitRangeItem): string[] {
  if (item.type === "Pod") return brokenBounds(item, ownAmounts(pod, "requests"), ownAmounts(pod, "limits"));
  if (item.type !== "Container") return [];
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap(({ resources: own }) =>
    brokenBounds(item, own?.requests ?? {}, own?.limits ?? {}),
  );
}

/** A claim has no limits: its request is held against both bounds. */
function brokenByClaim(claim: corev1.PersistentVolumeClaim, item: corev1.LimitRangeItem): string[] {
  if (item.type !== "PersistentVolumeClaim") return [];
  return brokenBounds({ ...item, maxLimitRequestRatio: {} }, claim.spec.resources?.requests ?? {}, {}, "request");
}

export class LimitRanger implements AdmissionPlugin {
  readonly name = "LimitRanger";
  readonly handlesByKind = true;
  readonly #informer: Informer<corev1.LimitRange>;

  constructor(context: AdmissionContext) {
    this.#informer = context.informers.informer(resources.limitranges);
  }

  /** Throws 403 while it is not known which there are. */
  #rangesOf(attributes: AdmissionAttributes): readonly corev1.LimitRange[] {
    requireSynced(this.#informer, attributes);
    return this.#informer.lister.list(attributes.namespace);
  }

  /** Of a stored pod only a resize changes what is bounded. */
  handles(attributes: AdmissionAttributes): boolean {
    if (!isWrite(attributes)) return false;
    if (concerns(attributes, resources.pods)) return attributes.operation === "CREATE";
    return concerns(attributes, resources.pods, "resize") || concerns(attributes, claims);
  }

  admit(attributes: AdmissionAttributes): void {
    const ranges = this.#rangesOf(attributes);
    if (ranges.length === 0 || attributes.operation !== "CREATE" || !concerns(attributes, resources.pods)) return;
    fillPod(incoming<corev1.Pod>(attributes), defaultsOf(ranges));
  }

  /** The first range that is broken is told. */
  validate(attributes: AdmissionAttributes): void {
    for (const { spec } of this.#rangesOf(attributes)) {
      const broken = concerns(attributes, claims)
        ? spec.limits.flatMap((item) => brokenByClaim(incoming<corev1.PersistentVolumeClaim>(attributes), item))
        : spec.limits.flatMap((item) => brokenByPod(incoming<corev1.Pod>(attributes), item));
      if (broken.length > 0) throw forbidden(attributes, joinReasons(broken));
    }
  }
}
