/** Policies with their bindings, compiled when they are first met and kept until they change. */
import type { KubernetesObject } from "../../api/mod.ts";
import type { Informer } from "../../client/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { requireSynced } from "../refusal.ts";

type Bound = KubernetesObject & { readonly spec: { readonly policyName?: string } };

export interface BoundPolicy<P, B, C> {
  readonly policy: P;
  /** At least one. */
  readonly bindings: readonly B[];
  readonly compiled: C;
}

export interface IndexSources<P extends KubernetesObject, B extends Bound, C> {
  readonly policies: Informer<P>;
  readonly bindings: Informer<B>;
  compile(policy: P): C;
}

export class PolicyIndex<P extends KubernetesObject, B extends Bound, C> {
  readonly #sources: IndexSources<P, B, C>;
  /** Policies come frozen from the informer: another version is another object. */
  readonly #compiled = new WeakMap<P, C>();
  #bound: readonly BoundPolicy<P, B, C>[] | undefined;

  constructor(sources: IndexSources<P, B, C>) {
    this.#sources = sources;
    const changed = () => {
      this.#bound = undefined;
    };
    const handler = { add: changed, update: changed, delete: changed };
    sources.policies.addHandler(handler);
    sources.bindings.addHandler(handler);
  }

  /** Whether a request may meet policies at all: also while it is not known which there are. */
  get concerns(): boolean {
    return !this.#known || this.bound.length > 0;
  }

  /** As `bound`; throws 403 while it is not known which there are: nothing may pass unasked. */
  require(attributes: AdmissionAttributes): readonly BoundPolicy<P, B, C>[] {
    requireSynced({ hasSynced: this.#known }, attributes);
    return this.bound;
  }

  get #known(): boolean {
    const { policies, bindings } = this.#sources;
    return policies.hasSynced && bindings.hasSynced;
  }

  /** By the names of the policies, their bindings by theirs. A policy without a binding is not among them. */
  get bound(): readonly BoundPolicy<P, B, C>[] {
    this.#bound ??= this.#find();
    return this.#bound;
  }

  #find(): readonly BoundPolicy<P, B, C>[] {
    const bindings = this.#sources.bindings.lister.list();
    if (bindings.length === 0) return [];
    const byPolicy = Map.groupBy([...bindings].sort(byName), ({ spec }) => spec.policyName ?? "");
    return [...this.#sources.policies.lister.list()].sort(byName).flatMap((policy) => {
      const own = byPolicy.get(policy.metadata.name);
      return own ? [{ policy, bindings: own, compiled: this.#compile(policy) }] : [];
    });
  }

  #compile(policy: P): C {
    let compiled = this.#compiled.get(policy);
    if (compiled === undefined) {
      compiled = this.#sources.compile(policy);
      this.#compiled.set(policy, compiled);
    }
    return compiled;
  }
}

function byName(one: KubernetesObject, other: KubernetesObject): number {
  return one.metadata.name < other.metadata.name ? -1 : 1;
}
