/** Refuses, warns of or notes what policies in CEL object to (KEP-3488). */
import { createRequire } from "node:module";
import { type admissionregistrationv1, resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { isExempt } from "../matching/exempt.ts";
import type { CompiledValidations } from "../policies/compiled-validations.ts";
import type { PolicyReaders } from "../policies/invocation.ts";
import { PolicyIndex } from "../policies/policy-index.ts";

type Policy = admissionregistrationv1.ValidatingAdmissionPolicy;
type Binding = admissionregistrationv1.ValidatingAdmissionPolicyBinding;

const load = createRequire(import.meta.url);

/** They bring the expression language: loaded for the first policy that is bound. */
const compiler = () =>
  load("../policies/compiled-validations.ts") as typeof import("../policies/compiled-validations.ts");
const judges = () => load("../policies/validating.ts") as typeof import("../policies/validating.ts");

export class ValidatingAdmissionPolicy implements AdmissionPlugin {
  readonly name = "ValidatingAdmissionPolicy";
  readonly #readers: PolicyReaders;
  readonly #index: PolicyIndex<Policy, Binding, CompiledValidations>;

  constructor(readers: PolicyReaders) {
    this.#readers = readers;
    const { informers } = readers.context;
    this.#index = new PolicyIndex({
      policies: informers.informer(resources.validatingadmissionpolicies),
      bindings: informers.informer(resources.validatingadmissionpolicybindings),
      compile: ({ spec }) => compiler().compileValidations(spec),
    });
  }

  handles(attributes: AdmissionAttributes): boolean {
    return this.#index.concerns && !isExempt(attributes);
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const bound = this.#index.require(attributes);
    if (bound.length > 0) await judges().judgeByPolicies(bound, attributes, this.#readers);
  }
}
