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

/** What a kind of request meets in a step. */
interface Way {
  readonly parts: readonly Part[];
  /** Of all parts together. */
  readonly times: AdmissionTimes | undefined;
}

/** All plugins of one step. Most are for a kind or two: who has nothing to do with a kind of request is asked no second time. */
class Step {
  readonly #step: AdmissionStep;
  readonly #plugins: readonly AdmissionPlugin[];
  readonly #metrics: AdmissionMetrics | undefined;
  /** By resource, whose definition may go; then by operation and subresource. */
  readonly #known = new WeakMap<object, Map<string, Way>>();

  constructor(step: AdmissionStep, plugins: readonly AdmissionPlugin[], metrics: AdmissionMetrics | undefined) {
    this.#step = step;
    this.#plugins = plugins.filter((plugin) => plugin[step]);
    this.#metrics = metrics;
  }

  /** A promise only where a plugin has to wait. */
  run(attributes: AdmissionAttributes): void | Promise<void> {
    return new Walk(this.#wayOf(attributes), attributes).goOn();
  }

  #wayOf(attributes: AdmissionAttributes): Way {
    const { resource, operation, subresource = "" } = attributes;
    let ways = this.#known.get(resource);
    if (!ways) {
      ways = new Map();
      this.#known.set(resource, ways);
    }
    const kind = subresource === "" ? operation : `${operation} ${subresource}`;
    let way = ways.get(kind);
    if (!way) {
      way = this.#find(attributes);
      ways.set(kind, way);
    }
    return way;
  }

  /** In their order, without those who said that they do not handle such requests. */
  #find(attributes: AdmissionAttributes): Way {
    const { operation } = attributes;
    const step = this.#step;
    const parts = this.#plugins
      .filter((plugin) => !plugin.handlesByKind || plugin.handles(attributes))
      .map((plugin): Part => {
        const times = this.#metrics?.plugin(plugin.name, step, operation);
        return { plugin, run: plugin[step]!.bind(plugin), times };
      });
    return { parts, times: this.#metrics?.step(step, operation) };
  }
}

/** One request on its way through a step; it goes on without a turn of the event loop as long as nobody has to wait. */
class Walk {
  readonly #way: Way;
  readonly #attributes: AdmissionAttributes;
  readonly #began = performance.now();
  /** When the last plugin was done. */
  #since = this.#began;
  #next = 0;

  constructor(way: Way, attributes: AdmissionAttributes) {
    this.#way = way;
    this.#attributes = attributes;
  }

  goOn(): void | Promise<void> {
    const { parts, times } = this.#way;
    while (this.#next < parts.length) {
      const part = parts[this.#next++]!;
      const pending = this.#ask(part);
      if (pending)
        return pending.then(
          () => {
            this.#passed(part);
            return this.goOn();
          },
          (error) => this.#refused(part, error),
        );
    }
    times?.passed(this.#since - this.#began);
  }

  #ask(part: Part): void | Promise<void> {
    const { plugin, run } = part;
    try {
      if (!plugin.handlesByKind && !plugin.handles(this.#attributes)) return;
      const pending = run(this.#attributes);
      if (pending) return pending;
    } catch (error) {
      this.#refused(part, error);
    }
    this.#passed(part);
  }

  #passed({ times }: Part): void {
    const before = this.#since;
    this.#since = performance.now();
    times?.passed(this.#since - before);
  }

  #refused({ times }: Part, error: unknown): never {
    const end = performance.now();
    times?.rejected(end - this.#since);
    this.#way.times?.rejected(end - this.#began);
    throw error;
  }
}

export class AdmissionChain {
  readonly #mutating: Step;
  readonly #validating: Step;

  constructor(plugins: readonly AdmissionPlugin[], metrics?: AdmissionMetrics) {
    this.#mutating = new Step("admit", plugins, metrics);
    this.#validating = new Step("validate", plugins, metrics);
  }

  /** Throws, or rejects with, what a plugin refuses the request with; so do the others. */
  mutate(attributes: AdmissionAttributes): void | Promise<void> {
    const again = () => (attributes.reinvocation?.begin() ? this.#mutating.run(attributes) : undefined);
    const pending = this.#mutating.run(attributes);
    return pending ? pending.then(again) : again();
  }

  validate(attributes: AdmissionAttributes): void | Promise<void> {
    return this.#validating.run(attributes);
  }

  /** Both, for what nobody looks at in between. */
  judge(attributes: AdmissionAttributes): void | Promise<void> {
    const pending = this.mutate(attributes);
    return pending ? pending.then(() => this.validate(attributes)) : this.validate(attributes);
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
