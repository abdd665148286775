/** The admission plugins in their order: first all that change, then all that only judge. */
import {
  type AdmissionAttributes,
  type Operation as AdmissionOperation,
  type AdmissionPlugin,
  Reinvocation,
} from "../../admission/mod.ts";
import type { KubernetesObject, ResourceInfo } from "../../api/mod.ts";
import type { Operation } from "./operation.ts";

export class AdmissionChain {
  readonly #mutating: readonly AdmissionPlugin[];
  readonly #validating: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#mutating = plugins.filter((plugin) => plugin.admit);
    this.#validating = plugins.filter((plugin) => plugin.validate);
  }

  async mutate(attributes: AdmissionAttributes): Promise<void> {
    await this.#mutateOnce(attributes);
    if (attributes.reinvocation?.begin()) await this.#mutateOnce(attributes);
  }

  async #mutateOnce(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#mutating) {
      if (!plugin.handles(attributes)) continue;
      const pending = plugin.admit!(attributes);
      if (pending) await pending;
    }
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#validating) {
      if (!plugin.handles(attributes)) continue;
      const pending = plugin.validate!(attributes);
      if (pending) await pending;
    }
  }
}

export interface AdmissionSubject {
  readonly operation: AdmissionOperation;
  readonly resource: ResourceInfo<KubernetesObject>;
  readonly object?: KubernetesObject;
  readonly oldObject?: KubernetesObject;
  /** Default: of the operation. */
  options?(): object;
}

const optionKinds: Readonly<Record<string, string>> = Object.freeze({
  CREATE: "CreateOptions",
  UPDATE: "UpdateOptions",
  DELETE: "DeleteOptions",
});

/** Options of a write as the API has them; what was not said is left out. */
export function optionsOf(operation: AdmissionOperation, given: object | undefined): object {
  return { kind: optionKinds[operation], apiVersion: "meta.k8s.io/v1", ...given };
}

export function admissionAttributes(request: Operation, subject: AdmissionSubject): AdmissionAttributes {
  const name = request.name || subject.object?.metadata?.name;
  return {
    options: () => optionsOf(subject.operation, request.options),
    ...subject,
    user: request.user,
    dryRun: request.dryRun,
    reinvocation: new Reinvocation(),
    warn: (message) => request.warn(message),
    ...(request.subresource && { subresource: request.subresource }),
    ...(request.namespace && { namespace: request.namespace }),
    ...(name && { name }),
  };
}
