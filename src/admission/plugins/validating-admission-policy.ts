/** Refuses, warns of or notes what policies in CEL object to (KEP-3488). */
import { type admissionregistrationv1, resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { settle } from "../policies/authorization.ts";
import {
  type CompiledValidations,
  compileValidations,
  type Judgement,
  judge,
  type Objection,
} from "../policies/compiled-validations.ts";
import { denied } from "../policies/denial.ts";
import { evaluations, isExempt, type PolicyReaders } from "../policies/invocation.ts";
import { type IndexedPair, PolicyIndex } from "../policies/policy-index.ts";
import { VersionedRequest } from "../webhooks/versioned.ts";

type Pair = IndexedPair<
  admissionregistrationv1.ValidatingAdmissionPolicy,
  admissionregistrationv1.ValidatingAdmissionPolicyBinding,
  CompiledValidations
>;

const auditKey = "validation.policy.admission.k8s.io/validation_failure";

export class ValidatingAdmissionPolicy implements AdmissionPlugin {
  readonly name = "ValidatingAdmissionPolicy";
  readonly #readers: PolicyReaders;
  readonly #index: PolicyIndex<Pair["policy"], Pair["binding"], CompiledValidations>;

  constructor(readers: PolicyReaders) {
    this.#readers = readers;
    const { informers } = readers.context;
    this.#index = new PolicyIndex({
      policies: informers.informer(resources.validatingadmissionpolicies),
      bindings: informers.informer(resources.validatingadmissionpolicybindings),
      compile: ({ spec }) => compileValidations(spec),
    });
  }

  handles(attributes: AdmissionAttributes): boolean {
    return this.#index.pairs.length > 0 && !isExempt(attributes);
  }

  /** All are asked, so that every warning is told; the first that denies is the answer. */
  async validate(attributes: AdmissionAttributes): Promise<void> {
    const request = new VersionedRequest(attributes);
    const verdict = new Verdict(attributes);
    for (const pair of this.#index.pairs) {
      try {
        for (const judgement of await this.#judge(pair, attributes, request)) verdict.add(pair, judgement);
      } catch (error) {
        verdict.cannotTell(pair, error as Error);
      }
    }
    verdict.pronounce();
  }

  async #judge(pair: Pair, attributes: AdmissionAttributes, request: VersionedRequest): Promise<Judgement[]> {
    const { compiled } = pair;
    const asked = { ...pair, conditions: compiled.conditions };
    const judgements: Judgement[] = [];
    for (const variables of await evaluations(asked, attributes, request, this.#readers))
      judgements.push(await settle(() => judge(compiled, variables)));
    return judgements;
  }
}

interface Noted {
  readonly message: string;
  readonly policy: string;
  readonly binding: string;
  readonly expressionIndex: number;
  readonly validationActions: readonly string[];
}

/** What all policies together make of one request. */
class Verdict {
  readonly #attributes: AdmissionAttributes;
  readonly #noted: Noted[] = [];
  readonly #annotations = new Map<string, Set<string>>();
  #denial: { readonly pair: Pair; readonly message: string; readonly reason: string } | undefined;

  constructor(attributes: AdmissionAttributes) {
    this.#attributes = attributes;
  }

  add(pair: Pair, { objections, annotations, annotationFailures }: Judgement): void {
    const forgiving = pair.policy.spec.failurePolicy === "Ignore";
    for (const objection of objections) if (!(objection.isFailure && forgiving)) this.#object(pair, objection);
    for (const [key, value] of Object.entries(annotations)) {
      const name = `${pair.policy.metadata.name}/${key}`;
      const values = this.#annotations.get(name) ?? new Set();
      this.#annotations.set(name, values.add(value));
    }
    for (const message of annotationFailures) if (!forgiving) this.#denial ??= { pair, message, reason: "Invalid" };
  }

  cannotTell(pair: Pair, error: Error): void {
    if (pair.policy.spec.failurePolicy === "Ignore") return;
    this.#denial ??= { pair, message: `failed to configure binding: ${error.message}`, reason: "Invalid" };
  }

  #object(pair: Pair, objection: Objection): void {
    const { message, reason, expressionIndex, isFailure } = objection;
    const actions: readonly string[] = pair.binding.spec.validationActions ?? [];
    const [policy, binding] = [pair.policy.metadata.name, pair.binding.metadata.name];
    if (actions.includes("Deny") || isFailure) this.#denial ??= { pair, message, reason };
    if (actions.includes("Audit"))
      this.#noted.push({ message, policy, binding, expressionIndex, validationActions: actions });
    if (actions.includes("Warn"))
      this.#attributes.warn(
        `Validation failed for ValidatingAdmissionPolicy '${policy}' with binding '${binding}': ${message}`,
      );
  }

  pronounce(): void {
    if (this.#noted.length > 0) this.#attributes.annotate?.(auditKey, JSON.stringify(this.#noted));
    for (const [name, values] of this.#annotations) this.#attributes.annotate?.(name, [...values].join(", "));
    if (!this.#denial) return;
    const { pair, message, reason } = this.#denial;
    throw denied(this.#attributes, {
      policyKind: "ValidatingAdmissionPolicy",
      policy: pair.policy.metadata.name,
      binding: pair.binding.metadata.name,
      message,
      reason,
    });
  }
}
