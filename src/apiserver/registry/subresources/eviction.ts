/** `pods/NAME/eviction`: a deletion that asks the pod's disruption budget first. */
import {
  type corev1,
  isBadRequest,
  type KubernetesObject,
  labelSelectorAsSelector,
  policyv1,
} from "../../../api/mod.ts";
import * as errors from "../../errors.ts";
import type { Answer } from "../../request/answer.ts";
import type { Call, Endpoint } from "../../request/call.ts";
import { created } from "../../request/success.ts";
import { admissionAttributes } from "../admission-chain.ts";
import { changeStored } from "../change-stored.ts";
import { comparePreconditions, deleteObject } from "../delete.ts";
import { type DeleteOptions, deleteOptions } from "../delete-options.ts";
import { listPrefix } from "../keys.ts";
import { settleNamespace } from "../metadata.ts";
import { type Operation, timestamp } from "../operation.ts";
import type { ResourceStorage } from "../resource-storage.ts";

const evictionKind = { group: "policy", version: "v1", kind: "Eviction", schema: policyv1.eviction };
const legacyKind = {
  ...evictionKind,
  version: "v1beta1",
  schema: { ...policyv1.eviction, gvk: { ...policyv1.eviction.gvk, version: "v1beta1" } },
};
const violationText = "Cannot evict pod as it would violate the pod's disruption budget.";
/** A budget that forgets more deletions than this is not kept up to date by anybody. */
const maximumDisrupted = 2000;
const retryAfterSeconds = 10;

export interface EvictionStorages {
  readonly pods: ResourceStorage;
  readonly budgets: ResourceStorage;
}

export function evictionEndpoint(storages: EvictionStorages): Endpoint {
  return { create: (call) => evict(storages, call) };
}

async function evict(storages: EvictionStorages, { body, operation }: Call): Promise<Answer> {
  const eviction = readEviction(body, operation);
  settleNamespace(eviction, storages.pods, operation);
  const { pods } = storages;
  const subject = { operation: "CREATE", resource: pods.info, object: eviction as KubernetesObject } as const;
  const attributes = admissionAttributes(operation, subject);
  await pods.admission.mutate(attributes);
  if (eviction.metadata.name !== operation.name)
    throw errors.badRequest("name in URL does not match name in Eviction object");
  await pods.admission.validate(attributes);
  const { object } = await pods.current(operation.namespace, operation.name);
  const admitted = attributes.object as policyv1.Eviction;
  const options = deleteOptions(admitted.deleteOptions, new URLSearchParams());
  const request = { ...operation, dryRun: operation.dryRun || options.dryRun };
  const pod = object as corev1.Pod;
  if (!needsNoBudget(pod)) await spendBudget(storages, request, pod);
  await remove(pods, request, pod, options);
  return created();
}

/** Of the version that is gone as well: nothing else of it differs. */
function readEviction(body: Call["body"], operation: Operation): policyv1.Eviction {
  try {
    return body.object(evictionKind, operation) as policyv1.Eviction;
  } catch (error) {
    if (!isBadRequest(error)) throw error;
    try {
      return body.object(legacyKind, operation) as policyv1.Eviction;
    } catch {
      throw error;
    }
  }
}

/** Pods that serve nobody are not missed. */
function needsNoBudget(pod: corev1.Pod): boolean {
  const phase = pod.status?.phase;
  return (
    pod.metadata.deletionTimestamp !== undefined || phase === "Succeeded" || phase === "Failed" || phase === "Pending"
  );
}

async function spendBudget({ budgets }: EvictionStorages, operation: Operation, pod: corev1.Pod): Promise<void> {
  await budgets.fresh();
  const all = budgets.cache.list(listPrefix(budgets.prefix, operation.namespace));
  const matching = all
    .map(({ object }) => object as policyv1.PodDisruptionBudget)
    .filter((budget) => covers(budget, pod));
  const [budget] = matching;
  if (!budget) return;
  if (matching.length > 1)
    throw errors.internalError(
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  if (!isReady(pod) && mayGoUnready(budget)) return;
  const { namespace, dryRun } = operation;
  const target = { namespace, name: budget.metadata.name, dryRun };
  await changeStored<policyv1.PodDisruptionBudget>(budgets, target, (next) => spend(next, pod, operation.now));
}

function covers({ spec }: policyv1.PodDisruptionBudget, pod: corev1.Pod): boolean {
  return labelSelectorAsSelector(spec.selector).matches(pod.metadata.labels ?? {});
}

function isReady({ status }: corev1.Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
}

/** A pod that is not ready takes nothing from a budget that is met, or that does not count such pods at all. */
function mayGoUnready({ spec, status }: policyv1.PodDisruptionBudget): boolean {
  if (spec.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

function spend(budget: policyv1.PodDisruptionBudget, pod: corev1.Pod, now: number): void {
  const { name, generation = 0 } = budget.metadata;
  const status = budget.status ?? {};
  const { disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0 } = status;
  if ((status.observedGeneration ?? 0) < generation)
    throw violation(`The disruption budget ${name} is still being processed by the server.`, retryAfterSeconds);
  if (disruptionsAllowed < 0)
    throw errors.forbidden(
      { group: "policy", resource: "poddisruptionbudgets" },
      name,
      "pdb disruptions allowed is negative",
    );
  if (Object.keys(status.disruptedPods ?? {}).length > maximumDisrupted) {
    const why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller";
    throw errors.forbidden({ group: "policy", resource: "poddisruptionbudgets" }, name, why);
  }
  if (disruptionsAllowed === 0) {
    const need = `needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
    throw violation(`The disruption budget ${name} ${need}`, 0);
  }
  status.disruptionsAllowed = disruptionsAllowed - 1;
  status.disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: timestamp(now) };
  if (status.disruptionsAllowed === 0) markInsufficient(status, generation, now);
  budget.status = status;
}

function violation(message: string, retryAfter: number): Error {
  return errors.tooManyRequests(violationText, retryAfter, { causes: [{ reason: "DisruptionBudget", message }] });
}

function markInsufficient(status: policyv1.PodDisruptionBudgetStatus, generation: number, now: number): void {
  const others = (status.conditions ?? []).filter(({ type }) => type !== "DisruptionAllowed");
  const condition = {
    type: "DisruptionAllowed",
    status: "False",
    observedGeneration: generation,
    lastTransitionTime: timestamp(now),
    reason: "InsufficientPods",
    message: "",
  };
  status.conditions = [...others, condition];
}

async function remove(
  pods: ResourceStorage,
  operation: Operation,
  pod: corev1.Pod,
  options: DeleteOptions,
): Promise<void> {
  const { namespace, name, dryRun } = operation;
  await changeStored<corev1.Pod>(pods, { namespace, name, dryRun }, (next) => {
    comparePreconditions(pods, next, options);
    markTarget(next, operation.now);
  });
  const preconditions = { ...options.preconditions, uid: options.preconditions?.uid ?? pod.metadata.uid };
  const { resourceVersion: _, ...identity } = preconditions;
  await deleteObject(pods, { ...operation, subresource: "" }, { ...options, preconditions: identity });
}

/** Tells controllers why the pod ends. */
function markTarget(pod: corev1.Pod, now: number): void {
  const status = pod.status ?? {};
  const others = (status.conditions ?? []).filter(({ type }) => type !== "DisruptionTarget");
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
    lastTransitionTime: timestamp(now),
  };
  pod.status = { ...status, conditions: [...others, condition] };
}
