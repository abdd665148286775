/** Changes what is written as policies in CEL say (KEP-3962). */
import { createRequire } from "node:module";
import { type admissionregistrationv1, resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { isExempt } from "../matching/exempt.ts";
import type { CompiledMutations } from "../policies/compiled-mutations.ts";
import type { PolicyReaders } from "../policies/invocation.ts";
import { PolicyIndex } from "../policies/policy-index.ts";

type Policy = admissionregistrationv1.MutatingAdmissionPolicy;
type Binding = admissionregistrationv1.MutatingAdmissionPolicyBinding;

const load = createRequire(import.meta.url);

/** They bring the expression language: loaded for the first policy that is bound. */
const compiler = () => load("../policies/compiled-mutations.ts") as typeof import("../policies/compiled-mutations.ts");
const mutating = () => load("../policies/mutating.ts") as typeof import("../policies/mutating.ts");

export class MutatingAdmissionPolicy implements AdmissionPlugin {
  readonly name = "MutatingAdmissionPolicy";
  readonly #readers: PolicyReaders;
  readonly #index: PolicyIndex<Policy, Binding, CompiledMutations>;

  constructor(readers: PolicyReaders) {
    this.#readers = readers;
    const { informers } = readers.context;
    this.#index = new PolicyIndex({
      policies: informers.informer(resources.mutatingadmissionpolicies),
      bindings: informers.informer(resources.mutatingadmissionpolicybindings),
      compile: ({ spec }) => compiler().compileMutations(spec),
    });
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.object !== undefined && this.#index.concerns && !isExempt(attributes);
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    const bound = this.#index.require(attributes);
    if (bound.length > 0) await mutating().mutateByPolicies(bound, attributes, this.#readers);
  }
}
