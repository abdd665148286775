/** Webhooks that change what is about to be stored: one after the other, each sees what those before it have made. */
import { isDeepStrictEqual } from "node:util";
import { clone, type Message, resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import type { ResourceVersionName } from "../matching/rules.ts";
import { applyResponse } from "./apply-patch.ts";
import { askWebhook, forgive } from "./ask.ts";
import type { WebhookContext } from "./context.ts";
import { type Hook, Hooks } from "./hooks.ts";
import { invocationOf } from "./matching.ts";
import { observed } from "./observer.ts";
import { Rounds } from "./rounds.ts";
import { kindOf, VersionedRequest } from "./versioned.ts";

export class MutatingAdmissionWebhook implements AdmissionPlugin {
  readonly name = "MutatingAdmissionWebhook";
  readonly #context: WebhookContext;
  readonly #hooks: Hooks;

  constructor(context: WebhookContext) {
    this.#context = context;
    this.#hooks = new Hooks(context.informers.informer(resources.mutatingwebhookconfigurations));
  }

  handles(attributes: AdmissionAttributes): boolean {
    return this.#hooks.concern(attributes);
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    const { reinvocation } = attributes;
    const rounds = reinvocation?.notes(this.name, () => new Rounds()) ?? new Rounds();
    const isAgain = reinvocation?.isAgain ?? false;
    if (isAgain && !isDeepStrictEqual(rounds.output, attributes.object)) rounds.requireEarlier();
    const request = new VersionedRequest(attributes);
    for (const [index, hook] of this.#hooks.require(attributes).entries()) {
      const as = await invocationOf(hook, attributes, request, this.#context);
      if (!as || (isAgain && !rounds.wants(hook.id))) continue;
      const changed = await this.#ask({ hook, attributes, request, as, index });
      if (changed) {
        rounds.requireEarlier();
        reinvocation?.ask();
      }
      if (hook.webhook.reinvocationPolicy === "IfNeeded") rounds.add(hook.id);
    }
    rounds.output = attributes.object && clone(attributes.object);
  }

  /** Answers whether the webhook changed the object. */
  async #ask(invocation: Invocation): Promise<boolean> {
    const { hook, attributes, index } = invocation;
    const round = attributes.reinvocation?.isAgain ? 1 : 0;
    const annotate = (what: string, value: string) =>
      attributes.annotate?.(`${what}.webhook.admission.k8s.io/round_${round}_index_${index}`, value);
    try {
      const mutated = await observed(this.#context.observer, { hook, attributes, type: "admit" }, () =>
        this.#mutate(invocation, (patch) => annotate("patch", patch)),
      );
      const { configuration, webhook } = hook;
      annotate("mutation", JSON.stringify({ configuration, webhook: webhook.name, mutated }));
      return mutated;
    } catch (error) {
      forgive(error, hook, attributes);
      annotate("failed-open.mutating", hook.webhook.name);
      return false;
    }
  }

  async #mutate(
    { hook, attributes, request, as }: Invocation,
    annotatePatch: (text: string) => void,
  ): Promise<boolean> {
    const response = await askWebhook({ hook, attributes, request, as, mutating: true }, this.#context.resolver);
    const { schema } = kindOf(attributes, request.resource(as));
    const object = await request.show(attributes.object, as);
    const target = { webhook: hook.webhook.name, object, schema: schema as Message | undefined };
    const patched = applyResponse(response, target);
    if (!patched) return false;
    annotatePatch(patchText(hook, response.patch ?? ""));
    attributes.object = await request.take(patched, as);
    return true;
  }
}

interface Invocation {
  readonly hook: Hook;
  readonly attributes: AdmissionAttributes;
  readonly request: VersionedRequest;
  readonly as: ResourceVersionName;
  readonly index: number;
}

/** As the audit log has it. */
function patchText({ configuration, webhook }: Hook, patch: string): string {
  const operations: unknown = JSON.parse(Buffer.from(patch, "base64").toString("utf8"));
  return JSON.stringify({ configuration, webhook: webhook.name, patch: operations, patchType: "JSONPatch" });
}
