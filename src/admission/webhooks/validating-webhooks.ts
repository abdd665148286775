/** Webhooks that judge what is about to be stored: all at the same time, and one no is enough. */
import { resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import type { ResourceVersionName } from "../matching/rules.ts";
import { askWebhook, forgive } from "./ask.ts";
import type { WebhookContext } from "./context.ts";
import { type Hook, Hooks } from "./hooks.ts";
import { invocationOf } from "./matching.ts";
import { observed } from "./observer.ts";
import { VersionedRequest } from "./versioned.ts";

interface Invocation {
  readonly hook: Hook;
  readonly as: ResourceVersionName;
}

export class ValidatingAdmissionWebhook implements AdmissionPlugin {
  readonly name = "ValidatingAdmissionWebhook";
  readonly #context: WebhookContext;
  readonly #hooks: Hooks;

  constructor(context: WebhookContext) {
    this.#context = context;
    this.#hooks = new Hooks(context.informers.informer(resources.validatingwebhookconfigurations));
  }

  handles(attributes: AdmissionAttributes): boolean {
    return this.#hooks.concern(attributes);
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const request = new VersionedRequest(attributes);
    const invocations: Invocation[] = [];
    for (const hook of this.#hooks.require(attributes)) {
      const as = await invocationOf(hook, attributes, request, this.#context);
      if (as) invocations.push({ hook, as });
    }
    const calls = invocations.map(({ hook, as }, index) => this.#call(hook, attributes, request, as, index));
    const refused = (await Promise.allSettled(calls)).find((outcome) => outcome.status === "rejected");
    if (refused) throw refused.reason;
  }

  async #call(
    hook: Hook,
    attributes: AdmissionAttributes,
    request: VersionedRequest,
    as: ResourceVersionName,
    index: number,
  ): Promise<void> {
    try {
      const { observer, resolver } = this.#context;
      await observed(observer, { hook, attributes, type: "validating" }, () =>
        askWebhook({ hook, attributes, request, as, mutating: false }, resolver),
      );
    } catch (error) {
      forgive(error, hook, attributes);
      const key = `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`;
      attributes.annotate?.(key, hook.webhook.name);
    }
  }
}
