/** What validating policies make of a request. */
import type { admissionregistrationv1 } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { VersionedRequest } from "../webhooks/versioned.ts";
import { Authorizations, settle } from "./authorization.ts";
import { type CompiledValidations, type Judgement, judge, type Objection } from "./compiled-validations.ts";
import { type Denial, denied } from "./denial.ts";
import { type Meeting, meetings, type PolicyReaders, variablesOf } from "./invocation.ts";
import type { BoundPolicy } from "./policy-index.ts";

type Policy = admissionregistrationv1.ValidatingAdmissionPolicy;
type Binding = admissionregistrationv1.ValidatingAdmissionPolicyBinding;
type Met = Meeting<Policy, Binding, CompiledValidations>;

const auditKey = "validation.policy.admission.k8s.io/validation_failure";

/** All are asked, so that every warning is told; the first that denies is the answer: thrown. */
export async function judgeByPolicies(
  policies: readonly BoundPolicy<Policy, Binding, CompiledValidations>[],
  attributes: AdmissionAttributes,
  readers: PolicyReaders,
): Promise<void> {
  const verdict = new Verdict(attributes);
  const cannotTell = verdict.cannotTell.bind(verdict);
  const found = await meetings(policies, attributes, readers, cannotTell);
  if (found.length > 0) await judgeAll(found, { attributes, readers, verdict });
  verdict.pronounce();
}

interface Run {
  readonly attributes: AdmissionAttributes;
  readonly readers: PolicyReaders;
  readonly verdict: Verdict;
}

async function judgeAll(found: readonly Met[], { attributes, readers, verdict }: Run): Promise<void> {
  const request = new VersionedRequest(attributes);
  const authorizations = new Authorizations(attributes.user, readers.context.authorizer);
  for (const meeting of found) {
    const variables = await variablesOf(meeting, attributes, request, readers, authorizations);
    const judgement = await settle(() => judge(meeting.compiled, variables));
    if (judgement) verdict.add(meeting, judgement);
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
  #denial: Pick<Denial, "policy" | "binding" | "message" | "reason"> | undefined;

  constructor(attributes: AdmissionAttributes) {
    this.#attributes = attributes;
  }

  add({ policy, binding }: Met, { objections, annotations, annotationFailures }: Judgement): void {
    const forgiving = policy.spec.failurePolicy === "Ignore";
    for (const objection of objections)
      if (!(objection.isFailure && forgiving)) this.#object(policy, binding, objection);
    for (const [key, value] of Object.entries(annotations)) {
      const name = `${policy.metadata.name}/${key}`;
      const values = this.#annotations.get(name) ?? new Set();
      this.#annotations.set(name, values.add(value));
    }
    if (!forgiving) for (const message of annotationFailures) this.#deny({ policy, binding, message });
  }

  cannotTell(error: Error, policy: Policy, binding?: Binding): void {
    if (policy.spec.failurePolicy === "Ignore") return;
    const what = binding ? "binding" : "policy";
    this.#deny({ policy, binding, message: `failed to configure ${what}: ${error.message}` });
  }

  #deny({ policy, binding, message, reason = "Invalid" }: Said): void {
    this.#denial ??= { policy: policy.metadata.name, binding: binding?.metadata.name, message, reason };
  }

  #object(policy: Policy, binding: Binding, { message, reason, expressionIndex }: Objection): void {
    const actions: readonly string[] = binding.spec.validationActions ?? [];
    const names = { policy: policy.metadata.name, binding: binding.metadata.name };
    if (actions.includes("Deny")) this.#deny({ policy, binding, message, reason });
    if (actions.includes("Audit")) this.#noted.push({ message, ...names, expressionIndex, validationActions: actions });
    if (actions.includes("Warn"))
      this.#attributes.warn(
        `Validation failed for ValidatingAdmissionPolicy '${names.policy}' with binding '${names.binding}': ${message}`,
      );
  }

  pronounce(): void {
    if (this.#noted.length > 0) this.#attributes.annotate?.(auditKey, JSON.stringify(this.#noted));
    for (const [name, values] of this.#annotations) this.#attributes.annotate?.(name, [...values].join(", "));
    if (this.#denial) throw denied(this.#attributes, { policyKind: "ValidatingAdmissionPolicy", ...this.#denial });
  }
}

interface Said {
  readonly policy: Policy;
  readonly binding: Binding | undefined;
  readonly message: string;
  readonly reason?: string;
}
