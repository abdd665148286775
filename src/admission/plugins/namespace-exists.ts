/** Nothing is written in a namespace that is not there. `NamespaceLifecycle` says so too, where it is not switched off. Off by default. */
import { type corev1, resources } from "../../api/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { notFound } from "../refusal.ts";
import { find } from "../request.ts";

export class NamespaceExists implements AdmissionPlugin {
  readonly name = "NamespaceExists";
  readonly #context: AdmissionContext;
  readonly #namespaces: Lister<corev1.Namespace>;

  constructor(context: AdmissionContext) {
    this.#context = context;
    this.#namespaces = context.informers.informer(resources.namespaces).lister;
  }

  handles({ operation, namespace, resource }: AdmissionAttributes): boolean {
    if (operation === "CONNECT" || !namespace) return false;
    return !(resource.resource === "namespaces" && resource.group === "");
  }

  async validate({ namespace }: AdmissionAttributes): Promise<void> {
    const from = { lister: this.#namespaces, client: this.#context.client, resource: resources.namespaces };
    if (!(await find(from, namespace!))) throw notFound("namespaces", namespace!);
  }
}
