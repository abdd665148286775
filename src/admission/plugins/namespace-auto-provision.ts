/** A namespace that is not there is made for what is made in it. Off by default. */
import { type corev1, isAlreadyExists, resources } from "../../api/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";

export class NamespaceAutoProvision implements AdmissionPlugin {
  readonly name = "NamespaceAutoProvision";
  readonly #context: AdmissionContext;
  readonly #namespaces: Lister<corev1.Namespace>;

  constructor(context: AdmissionContext) {
    this.#context = context;
    this.#namespaces = context.informers.informer(resources.namespaces).lister;
  }

  handles({ operation, namespace, resource, dryRun }: AdmissionAttributes): boolean {
    if (operation !== "CREATE" || dryRun || !namespace) return false;
    return !(resource.resource === "namespaces" && resource.group === "");
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    const name = attributes.namespace!;
    if (this.#namespaces.get(name)) return;
    try {
      await this.#context.client.resource(resources.namespaces).create({ metadata: { name }, spec: {} });
    } catch (error) {
      if (!isAlreadyExists(error)) throw forbidden(attributes, (error as Error).message);
    }
  }
}
