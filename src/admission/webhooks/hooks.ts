/** The webhooks that are configured, in the order in which they are asked: by the name of their configuration, then as written. */
import type { admissionregistrationv1, KubernetesObject } from "../../api/mod.ts";
import type { Informer } from "../../client/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { isAdmissionConfiguration } from "../matching/exempt.ts";
import { requireSynced } from "../refusal.ts";

type Webhook = admissionregistrationv1.ValidatingWebhook &
  Partial<Pick<admissionregistrationv1.MutatingWebhook, "reinvocationPolicy">>;

type Configuration = KubernetesObject & { readonly webhooks?: readonly Webhook[] };

export interface Hook {
  readonly webhook: Webhook;
  /** Tells hooks of one name apart. */
  readonly id: string;
  /** The name of its configuration. */
  readonly configuration: string;
}

function hooksOf({ metadata, webhooks = [] }: Configuration): Hook[] {
  const seen = new Map<string, number>();
  return webhooks.map((webhook) => {
    const before = seen.get(webhook.name) ?? 0;
    seen.set(webhook.name, before + 1);
    return { webhook, id: `${metadata.name}/${webhook.name}/${before}`, configuration: metadata.name };
  });
}

/** Follows an informer of configurations; made before the informer starts. */
export class Hooks {
  readonly #informer: Informer<Configuration>;
  #sorted: readonly Hook[] | undefined;

  constructor(informer: Informer<Configuration>) {
    this.#informer = informer;
    const forget = () => {
      this.#sorted = undefined;
    };
    informer.addHandler({ add: forget, update: forget, delete: forget });
  }

  /** False while it is not known what is configured: then nothing may pass unasked. */
  get known(): boolean {
    return this.#informer.hasSynced;
  }

  /** Whether the request is anything to webhooks at all. */
  concern(attributes: AdmissionAttributes): boolean {
    return (!this.known || this.all.length > 0) && !isAdmissionConfiguration(attributes);
  }

  /** All of them; throws 403 while they are not known yet. */
  require(attributes: AdmissionAttributes): readonly Hook[] {
    requireSynced(this.#informer, attributes);
    return this.all;
  }

  get all(): readonly Hook[] {
    this.#sorted ??= [...this.#informer.lister.list()]
      .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
      .flatMap(hooksOf);
    return this.#sorted;
  }
}
