/** Tells in a validating policy's status what its expressions would trip over (`status.typeChecking`). */
import { type admissionregistrationv1, type apiextensionsv1, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";

type Policy = admissionregistrationv1.ValidatingAdmissionPolicy;
type Definition = apiextensionsv1.CustomResourceDefinition;

/** Given by whoever knows the language of the expressions. */
export type PolicyTypeWarnings = (
  policy: Policy,
  definitions: readonly Definition[],
) => readonly admissionregistrationv1.ExpressionWarning[];

export interface PolicyStatusOptions extends QueueControllerOptions {
  readonly policyTypeWarnings: PolicyTypeWarnings;
}

const fieldManager = "validatingadmissionpolicy-status-controller";

export class PolicyStatusController extends QueueController {
  readonly #policies: Informer<Policy>;
  readonly #definitions: Informer<Definition>;
  readonly #warnings: PolicyTypeWarnings;

  constructor(options: PolicyStatusOptions, context: ComponentContext) {
    super("validatingadmissionpolicy-status", context, options);
    this.#warnings = options.policyTypeWarnings;
    const enqueue = (policy: Policy) => this.enqueue(policy);
    this.#policies = this.watch(resources.validatingadmissionpolicies, { add: enqueue, update: enqueue });
    this.#definitions = this.watch(resources.customresourcedefinitions, {});
  }

  /** Each generation is looked at once, with the definitions that there are by then. */
  protected override async reconcile(name: string): Promise<undefined> {
    const policy = this.#policies.lister.get(name);
    const { generation = 0 } = policy?.metadata ?? {};
    if (!policy || generation <= (policy.status?.observedGeneration ?? 0)) return;
    const expressionWarnings = this.#warnings(policy, this.#definitions.lister.list());
    const typeChecking = expressionWarnings.length > 0 ? { expressionWarnings } : {};
    const { apiVersion, kind } = policy;
    const status = { observedGeneration: generation, typeChecking };
    await this.context.client
      .resource(resources.validatingadmissionpolicies)
      .patch(
        name,
        { apiVersion, kind, metadata: { name }, status },
        { type: "apply", subresource: "status", force: true, fieldManager },
      );
  }
}
