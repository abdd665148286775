/**
 * One resource as it is served in one version. Most are served as they are stored; events and autoscalers have two forms of the same stored
 * objects, and the legacy APIs are old forms of today's kinds.
 */
import { clone, deepFreeze, type Kind, type KubernetesObject, normalize, type ResourceInfo } from "../../api/mod.ts";
import type { StructRules } from "../apply/type-rules.ts";
import type { BodyKind } from "../request/body-kind.ts";
import type { Entry } from "./cache/entry.ts";
import { type StoredForm, storedForm } from "./cache/stored-form.ts";
import type { Strategy } from "./strategy.ts";

/** Between a served form and the stored one. Neither changes its argument. */
export interface Conversion {
  toStored(object: KubernetesObject): KubernetesObject;
  fromStored(object: KubernetesObject): KubernetesObject;
}

export interface ViewOptions {
  readonly conversion?: Conversion;
  readonly warning?: string;
  /** Of a kind that has no schema value: how it is read from what clients send. */
  readonly kind?: BodyKind;
}

export class View {
  readonly info: ResourceInfo<KubernetesObject>;
  /** What bodies are decoded as. */
  readonly kind: BodyKind;
  readonly strategy: Strategy<KubernetesObject>;
  /** Absent: served as stored. */
  readonly conversion: Conversion | undefined;
  readonly form: StoredForm;
  readonly listHead: string;
  /** Names this form where encoded bytes are kept. */
  readonly id: string;
  /** Sent with every answer: the version, or the kind, is going away. */
  readonly warning: string | undefined;
  readonly applyRules: (() => StructRules) | undefined;
  #empty: KubernetesObject | undefined;
  readonly #converted = new WeakMap<Entry, KubernetesObject>();

  constructor(info: ResourceInfo<KubernetesObject>, strategy: Strategy<KubernetesObject>, options: ViewOptions = {}) {
    this.info = info;
    this.kind = options.kind ?? info;
    this.applyRules = strategy.applyRules;
    this.strategy = strategy;
    this.conversion = options.conversion;
    this.warning = options.warning ?? strategy.deprecation;
    this.form = storedForm(info);
    this.listHead = `{"kind":${JSON.stringify(info.listKind)},"apiVersion":${JSON.stringify(info.apiVersion)},"metadata":`;
    this.id = `${info.apiVersion}/${info.resource}`;
  }

  /** A stored object in this form; itself where it is served as stored. */
  served(stored: KubernetesObject): KubernetesObject {
    return this.conversion ? this.conversion.fromStored(stored) : stored;
  }

  /** An object of this form as it is stored. */
  stored(served: KubernetesObject): KubernetesObject {
    return this.conversion ? this.conversion.toStored(served) : served;
  }

  /** A status is not the client's to set on an object that has `/status`. */
  resetStatus(object: KubernetesObject): void {
    if (!this.strategy.hasStatus) return;
    const target = object as { status?: unknown };
    const status = this.#emptyStatus();
    if (status === undefined) delete target.status;
    else target.status = clone(status);
  }

  /** What stands where nothing was said. */
  #emptyStatus(): unknown {
    const { schema } = this.info;
    if (!schema) return undefined;
    this.#empty ??= normalize(schema as Kind<KubernetesObject>, {} as KubernetesObject);
    return (this.#empty as { status?: unknown }).status;
  }

  /** The object's metadata in this form. */
  metadata(entry: Entry): KubernetesObject["metadata"] {
    return this.conversion ? this.peek(entry).metadata : entry.metadata;
  }

  /** As `object`, for a look at many of them: what is not at hand is not kept. */
  peek(entry: Entry): KubernetesObject {
    if (!this.conversion) return entry.peek();
    return this.#converted.get(entry) ?? this.conversion.fromStored(entry.peek());
  }

  /** The frozen object in this form. */
  object(entry: Entry): KubernetesObject {
    if (!this.conversion) return entry.object;
    let object = this.#converted.get(entry);
    if (!object) {
      object = deepFreeze(this.conversion.fromStored(entry.peek()));
      this.#converted.set(entry, object);
    }
    return object;
  }
}
