/** The scheduler's word: `pods/NAME/binding`, and the older `bindings`, put a pod on a node. */
import { corev1, type KubernetesObject, resources } from "../../../api/mod.ts";
import * as errors from "../../errors.ts";
import type { Answer } from "../../request/answer.ts";
import type { Call, Endpoint } from "../../request/call.ts";
import { created } from "../../request/success.ts";
import { aggregateMessage, type FieldError, notSupported, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { admissionAttributes } from "../admission-chain.ts";
import { changeStored } from "../change-stored.ts";
import { settleNamespace } from "../metadata.ts";
import { timestamp } from "../operation.ts";
import type { ResourceStorage } from "../resource-storage.ts";

const bindingKind = { ...resources.bindings, schema: corev1.binding };
const podBindings = { group: "", resource: "pods/binding" };

export function bindingEndpoint(pods: ResourceStorage): Endpoint {
  return { create: (call) => bind(pods, call) };
}

async function bind(pods: ResourceStorage, { body, operation }: Call): Promise<Answer> {
  const binding = body.object(bindingKind, operation) as corev1.Binding;
  const name = operation.name || binding.metadata.name;
  if (binding.metadata.name !== name) throw errors.badRequest("name in URL does not match name in Binding object");
  settleNamespace(binding, pods, operation);
  check(binding);
  const request = { ...operation, name, subresource: "binding" };
  const info = pods.info;
  const attributes = admissionAttributes(request, {
    operation: "CREATE",
    resource: info,
    object: binding as KubernetesObject,
  });
  await pods.admission.judge(attributes);
  const { namespace, dryRun } = operation;
  const admitted = attributes.object as corev1.Binding;
  await changeStored<corev1.Pod>(pods, { namespace, name, dryRun }, (pod) => assign(pod, admitted, operation.now));
  return created();
}

function check(binding: corev1.Binding): void {
  const { kind = "", name = "" } = binding.target;
  const found: FieldError[] = [];
  if (kind !== "" && kind !== "Node") found.push(notSupported(field("target", "kind"), kind, ["Node", "<empty>"]));
  if (name === "") found.push(required(field("target", "name")));
  if (found.length > 0) throw errors.plainFailure(aggregateMessage(found));
}

function assign(pod: corev1.Pod, binding: corev1.Binding, now: number): void {
  const { name } = pod.metadata;
  refuseOther(pod, binding);
  if (pod.metadata.deletionTimestamp)
    throw errors.conflict(podBindings, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName)
    throw errors.conflict(
      podBindings,
      name,
      `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`,
    );
  if (pod.spec.schedulingGates?.length)
    throw errors.conflict(podBindings, name, `pod ${name} has non-empty .spec.schedulingGates`);
  pod.spec.nodeName = binding.target.name!;
  const { annotations, labels } = binding.metadata;
  if (annotations) pod.metadata.annotations = { ...pod.metadata.annotations, ...annotations };
  if (labels) pod.metadata.labels = { ...labels, ...pod.metadata.labels };
  markScheduled(pod, now);
}

function preconditionFailed({ namespace, name }: corev1.Pod["metadata"], why: string): Error {
  const key = `/registry/pods/${namespace}/${name}`;
  const text = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
  return errors.conflict({ group: "", resource: "pods" }, name, text);
}

/** The binding may say which pod, and which version of it, it means. */
function refuseOther({ metadata }: corev1.Pod, binding: corev1.Binding): void {
  const { uid, resourceVersion } = binding.metadata;
  if (uid && uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
    throw preconditionFailed(metadata, why);
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    throw preconditionFailed(metadata, why);
  }
}

function markScheduled(pod: corev1.Pod, now: number): void {
  const status = pod.status ?? {};
  const others = (status.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
  const scheduled = { type: "PodScheduled", status: "True", lastTransitionTime: timestamp(now) };
  pod.status = { ...status, conditions: [...others, scheduled] };
}
