/** The admission plugins in their order: first all that change, then all that only judge. */
import {
  type AdmissionAttributes,
  type AdmissionForm,
  type Operation as AdmissionOperation,
  type AdmissionPlugin,
  Reinvocation,
} from "../../admission/mod.ts";
import type { KubernetesObject, ResourceInfo } from "../../api/mod.ts";
import type { StructRules } from "../apply/type-rules.ts";
import type { AdmissionMetrics, AdmissionStep, AdmissionTimes } from "../metrics/admission-metrics.ts";
import type { Operation } from "./operation.ts";
import { overlay } from "./overlay.ts";

type Run = (attributes: AdmissionAttributes) => void | Promise<void>;

/** One step of a plugin, and where its time is counted. */
interface Part {
  readonly plugin: AdmissionPlugin;
  readonly run: Run;
  readonly times: AdmissionTimes | undefined;
}

/** Most plugins are for a kind or two: who has nothing to do with a kind of request is asked no second time. */
class PartsByKind {
  readonly #all: readonly Part[];
  /** By resource, whose definition may go; then by operation and subresource. */
  readonly #known = new WeakMap<object, Map<string, readonly Part[]>>();

  constructor(all: readonly Part[]) {
    this.#all = all;
  }

  /** In their order, without those who said that they do not handle such requests. */
  of(attributes: AdmissionAttributes): readonly Part[] {
    const { resource, operation, subresource = "" } = attributes;
    let kinds = this.#known.get(resource);
    if (!kinds) {
      kinds = new Map();
      this.#known.set(resource, kinds);
    }
    const kind = subresource === "" ? operation : `${operation} ${subresource}`;
    let parts = kinds.get(kind);
    if (!parts) {
      parts = this.#all.filter(({ plugin }) => !plugin.handlesByKind || plugin.handles(attributes));
      kinds.set(kind, parts);
    }
    return parts;
  }
}

export class AdmissionChain {
  readonly #mutating: PartsByKind;
  readonly #validating: PartsByKind;
  readonly #steps: Readonly<Record<AdmissionStep, AdmissionTimes | undefined>>;

  constructor(plugins: readonly AdmissionPlugin[], metrics?: AdmissionMetrics) {
    const parts = (step: AdmissionStep) =>
      new PartsByKind(
        plugins.flatMap((plugin): Part[] => {
          if (!plugin[step]) return [];
          return [{ plugin, run: (one) => plugin[step]!(one), times: metrics?.plugin(plugin.name, step) }];
        }),
      );
    this.#mutating = parts("admit");
    this.#validating = parts("validate");
    this.#steps = { admit: metrics?.step("admit"), validate: metrics?.step("validate") };
  }

  async mutate(attributes: AdmissionAttributes): Promise<void> {
    await this.#step("admit", this.#mutating, attributes);
    if (attributes.reinvocation?.begin()) await this.#step("admit", this.#mutating, attributes);
  }

  validate(attributes: AdmissionAttributes): Promise<void> {
    return this.#step("validate", this.#validating, attributes);
  }

  async #step(step: AdmissionStep, parts: PartsByKind, attributes: AdmissionAttributes): Promise<void> {
    const { operation } = attributes;
    const began = performance.now();
    let now = began;
    let running: Part | undefined;
    try {
      for (const part of parts.of(attributes)) {
        if (!part.plugin.handlesByKind && !part.plugin.handles(attributes)) continue;
        running = part;
        const pending = part.run(attributes);
        if (pending) await pending;
        const before = now;
        now = performance.now();
        part.times?.observe(operation, false, now - before);
      }
    } catch (error) {
      const end = performance.now();
      running?.times?.observe(operation, true, end - now);
      this.#steps[step]?.observe(operation, true, end - began);
      throw error;
    }
    this.#steps[step]?.observe(operation, false, now - began);
  }
}

export interface AdmissionSubject {
  readonly operation: AdmissionOperation;
  readonly resource: ResourceInfo<KubernetesObject>;
  readonly object?: KubernetesObject;
  readonly oldObject?: KubernetesObject;
  /** Default: of the operation. */
  options?(): object;
  /** See `ResourceStorage.forms`. */
  readonly forms?: readonly AdmissionForm[];
  /** How parts of objects are merged that have no schema value. */
  readonly applyRules?: (() => StructRules) | undefined;
}

const optionKinds: Readonly<Record<string, string>> = Object.freeze({
  CREATE: "CreateOptions",
  UPDATE: "UpdateOptions",
  DELETE: "DeleteOptions",
});

/** Options of a write as the API has them; what was not said is left out. */
export function optionsOf(operation: AdmissionOperation, given: object | undefined): object {
  return { kind: optionKinds[operation], apiVersion: "meta.k8s.io/v1", ...given };
}

/** Every key, those of absent values too. */
type AllAttributes = {
  readonly [K in keyof Required<AdmissionAttributes>]: AdmissionAttributes[K] | undefined;
};

/**
 * Whatever is written, the same keys in the same order: plugins ask for them some hundred times for each write, and find one shape of object
 * where they are always there.
 */
export function admissionAttributes(request: Operation, subject: AdmissionSubject): AdmissionAttributes {
  const { operation, resource, object, oldObject, forms, applyRules } = subject;
  const { subresource } = request;
  const attributes: AllAttributes = {
    operation,
    resource,
    subresource: subresource || undefined,
    namespace: request.namespace || undefined,
    name: request.name || object?.metadata?.name || undefined,
    object,
    oldObject,
    user: request.user,
    dryRun: request.dryRun,
    options: subject.options ?? (() => optionsOf(operation, request.options)),
    requested: forms?.find(
      (form) => form.resource.group === request.group && form.resource.version === request.version,
    ),
    forms,
    reinvocation: new Reinvocation(),
    overlay: (whole, part) => overlay({ resource, subresource, applyRules }, whole, part),
    signal: request.signal,
    warn: (message) => request.warn(message),
    annotate: request.annotate && ((key, value) => request.annotate?.(key, value)),
  };
  return attributes as AdmissionAttributes;
}
