/** A pod's runtime class says what the runtime itself takes, and on which nodes it runs. */
import { type Amounts, clone, compareQuantities, type corev1, type nodev1, resources } from "../../api/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { concerns, find, incoming } from "../request.ts";

function sameAmounts(one: Amounts, other: Amounts): boolean {
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => other[name] !== undefined && compareQuantities(one[name]!, other[name]!) === 0);
}

const unfounded = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";

function setOverhead(attributes: AdmissionAttributes, spec: corev1.PodSpec, overhead: Amounts | undefined): void {
  const isSet = spec.overhead !== undefined && Object.keys(spec.overhead).length > 0;
  if (isSet && !overhead) throw forbidden(attributes, unfounded);
  if (isSet && !sameAmounts(spec.overhead ?? {}, overhead ?? {}))
    throw forbidden(attributes, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  if (overhead) spec.overhead = { ...overhead };
}

function setScheduling(attributes: AdmissionAttributes, spec: corev1.PodSpec, scheduling: nodev1.Scheduling): void {
  const selector = { ...spec.nodeSelector };
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    const own = selector[key];
    if (own !== undefined && own !== value)
      throw forbidden(
        attributes,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
      );
    selector[key] = value;
  }
  if (Object.keys(selector).length > 0) spec.nodeSelector = selector;
  const known = new Set((spec.tolerations ?? []).map((toleration) => JSON.stringify(toleration)));
  const added = (scheduling.tolerations ?? []).filter((toleration) => !known.has(JSON.stringify(toleration)));
  if (added.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...clone(added)];
}

export class RuntimeClass implements AdmissionPlugin {
  readonly name = "RuntimeClass";
  readonly handlesByKind = true;
  readonly #context: AdmissionContext;
  readonly #classes: Lister<nodev1.RuntimeClass>;

  constructor(context: AdmissionContext) {
    this.#context = context;
    this.#classes = context.informers.informer(resources.runtimeclasses).lister;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === "CREATE" && concerns(attributes, resources.pods);
  }

  admit(attributes: AdmissionAttributes): void | Promise<void> {
    const { spec } = incoming<corev1.Pod>(attributes);
    if (spec.runtimeClassName) return this.#apply(attributes, spec, spec.runtimeClassName);
  }

  /** Not before the pod itself has been judged, which may warn of more. */
  validate(attributes: AdmissionAttributes): void {
    const { spec } = incoming<corev1.Pod>(attributes);
    if (!spec.runtimeClassName && spec.overhead && Object.keys(spec.overhead).length > 0)
      throw forbidden(attributes, unfounded);
  }

  async #apply(attributes: AdmissionAttributes, spec: corev1.PodSpec, name: string): Promise<void> {
    const from = { lister: this.#classes, client: this.#context.client, resource: resources.runtimeclasses };
    const found = await find(from, name);
    if (!found) throw forbidden(attributes, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
    setOverhead(attributes, spec, found.overhead?.podFixed);
    if (found.scheduling) setScheduling(attributes, spec, found.scheduling);
  }
}
