/** Holds pods against the level of the Pod Security Standards that their namespace asks for (KEP-2579). */
import { isDeepStrictEqual } from "node:util";
import {
  type appsv1,
  type batchv1,
  type corev1,
  type KubernetesObject,
  resources,
  statusFailure,
} from "../../api/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { isSignificantChange } from "../pod-security/changed-pod.ts";
import type { PodShape } from "../pod-security/check.ts";
import { existingPodWarnings } from "../pod-security/existing-pods.ts";
import { type Labels, labelProblems, type Mode, mayRefuseMore, policyOf, violations } from "../pod-security/levels.ts";
import type { PodSecurityObserver } from "../pod-security/observer.ts";
import { forbidden } from "../refusal.ts";
import { concerns, find, incoming, isWrite, stored } from "../request.ts";

type Template = { readonly metadata?: object; readonly spec?: corev1.PodSpec } | undefined;

/** Where kinds that make pods keep the template of their pods. */
const templates: ReadonlyMap<string, (object: KubernetesObject) => Template> = new Map<
  string,
  (object: KubernetesObject) => Template
>([
  ["/podtemplates", (object) => (object as corev1.PodTemplate).template],
  ["/replicationcontrollers", (object) => (object as corev1.ReplicationController).spec.template],
  ["apps/daemonsets", (object) => (object as appsv1.DaemonSet).spec.template],
  ["apps/deployments", (object) => (object as appsv1.Deployment).spec.template],
  ["apps/replicasets", (object) => (object as appsv1.ReplicaSet).spec.template],
  ["apps/statefulsets", (object) => (object as appsv1.StatefulSet).spec.template],
  ["batch/cronjobs", (object) => (object as batchv1.CronJob).spec.jobTemplate?.spec?.template],
  ["batch/jobs", (object) => (object as batchv1.Job).spec.template],
]);

function templateOf(attributes: AdmissionAttributes): PodShape | undefined {
  const { group, resource } = attributes.resource;
  const template = templates.get(`${group}/${resource}`)?.(attributes.object!);
  return template?.spec && { metadata: template.metadata ?? {}, spec: template.spec };
}

function isPodRequest(attributes: AdmissionAttributes): boolean {
  if (concerns(attributes, resources.pods)) return true;
  return concerns(attributes, resources.pods, "ephemeralcontainers");
}

function isTemplateRequest({ resource, subresource = "" }: AdmissionAttributes): boolean {
  return subresource === "" && templates.has(`${resource.group}/${resource.resource}`);
}

/** Labels that were wrong before may stay as they are. */
function checkLabels(namespace: corev1.Namespace, old: corev1.Namespace | undefined): void {
  const problems = labelProblems(namespace.metadata.labels ?? {});
  if (problems.length === 0 || (old && isDeepStrictEqual(problems, labelProblems(old.metadata.labels ?? {})))) return;
  const { name } = namespace.metadata;
  const told = problems.map(({ field, message }) => `${field}: ${message}`);
  const message = `Namespace ${JSON.stringify(name)} is invalid: ${told.length === 1 ? told[0] : `[${told.join(", ")}]`}`;
  const causes = problems.map((one) => ({ reason: "FieldValueInvalid", ...one }));
  throw statusFailure(422, "Invalid", message, { name, kind: "Namespace", causes });
}

export class PodSecurity implements AdmissionPlugin {
  readonly name = "PodSecurity";
  readonly handlesByKind = true;
  readonly #context: AdmissionContext;
  readonly #namespaces: Lister<corev1.Namespace>;
  readonly #pods: Lister<corev1.Pod>;

  constructor(context: AdmissionContext) {
    this.#context = context;
    this.#namespaces = context.informers.informer(resources.namespaces).lister;
    this.#pods = context.informers.informer(resources.pods).lister;
  }

  handles(attributes: AdmissionAttributes): boolean {
    if (!isWrite(attributes)) return false;
    return isPodRequest(attributes) || isTemplateRequest(attributes) || concerns(attributes, resources.namespaces);
  }

  validate(attributes: AdmissionAttributes): void | Promise<void> {
    if (concerns(attributes, resources.namespaces)) return this.#judgeNamespace(attributes);
    const old = stored<corev1.Pod>(attributes);
    if (isPodRequest(attributes) && old && !isSignificantChange(incoming<corev1.Pod>(attributes), old)) return;
    const name = attributes.namespace ?? "";
    const cached = this.#namespaces.get(name);
    const { podSecurity: observer } = this.#context;
    if (cached) return judge(attributes, cached.metadata.labels ?? {}, observer);
    const from = { lister: this.#namespaces, client: this.#context.client, resource: resources.namespaces };
    return find(from, name).then((namespace) => judge(attributes, namespace?.metadata.labels ?? {}, observer));
  }

  #judgeNamespace(attributes: AdmissionAttributes): void {
    const next = incoming<corev1.Namespace>(attributes);
    const old = stored<corev1.Namespace>(attributes);
    checkLabels(next, old);
    if (!old) return;
    const { name, labels = {} } = next.metadata;
    const policy = policyOf(labels, "enforce");
    if (!mayRefuseMore(policy, policyOf(old.metadata.labels ?? {}, "enforce"))) return;
    for (const warning of existingPodWarnings(name, policy, this.#pods.list(name))) attributes.warn(warning);
  }
}

/** Pods are refused; for what makes pods there is a warning, because it may be mended before it makes any. */
function judge(attributes: AdmissionAttributes, labels: Labels, observer: PodSecurityObserver | undefined): void {
  const isPod = isPodRequest(attributes);
  const pod = isPod ? incoming<corev1.Pod>(attributes) : templateOf(attributes);
  if (!pod) return;
  const found = (mode: Mode) => violations(policyOf(labels, mode), pod);
  const enforced = found("enforce");
  const audited = found("audit");
  const unwanted = found("warn");
  const tell = (mode: Mode, decision: "allow" | "deny") =>
    observer?.evaluated({ ...kindOf(attributes, isPod), decision, mode, policy: policyOf(labels, mode) });
  if (isPod) tell("enforce", enforced ? "deny" : "allow");
  if (audited) tell("audit", "deny");
  if (unwanted) tell("warn", "deny");
  annotate(attributes, labels, isPod, audited);
  if (isPod && enforced) throw forbidden(attributes, `violates PodSecurity ${enforced}`);
  const warned = unwanted ?? (isPod || labels["pod-security.kubernetes.io/warn"] ? undefined : enforced);
  if (warned) attributes.warn(`would violate PodSecurity ${warned}`);
}

function kindOf({ operation, subresource = "" }: AdmissionAttributes, isPod: boolean) {
  return { operation: operation.toLowerCase(), resource: isPod ? "pod" : "controller", subresource } as const;
}

const prefix = "pod-security.kubernetes.io";

function annotate(attributes: AdmissionAttributes, labels: Labels, isPod: boolean, audited: string | undefined): void {
  const { level, version } = policyOf(labels, "enforce");
  if (isPod) attributes.annotate?.(`${prefix}/enforce-policy`, `${level}:${version}`);
  if (audited) attributes.annotate?.(`${prefix}/audit-violations`, `would violate PodSecurity ${audited}`);
}
