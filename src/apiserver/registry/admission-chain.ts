/** The admission plugins in their order: first all that change, then all that only judge. */
import {
  type AdmissionAttributes,
  type AdmissionForm,
  type Operation as AdmissionOperation,
  type AdmissionPlugin,
  Reinvocation,
} from "../../admission/mod.ts";
import type { KubernetesObject, ResourceInfo } from "../../api/mod.ts";
import type { StructRules } from "../apply/type-rules.ts";
import type { Operation } from "./operation.ts";
import { overlay } from "./overlay.ts";

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
  /** See `ResourceStorage.forms`. */
  readonly forms?: readonly AdmissionForm[];
  /** How parts of objects are merged that have no schema value. */
  readonly applyRules?: (() => StructRules) | undefined;
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

export function admissionAttributes(
  request: Operation,
  { applyRules, ...subject }: AdmissionSubject,
): AdmissionAttributes {
  const { resource } = subject;
  const { subresource } = request;
  const name = request.name || subject.object?.metadata?.name;
  return {
    options: () => optionsOf(subject.operation, request.options),
    ...subject,
    user: request.user,
    dryRun: request.dryRun,
    ...requestedForm(request, subject),
    reinvocation: new Reinvocation(),
    warn: (message) => request.warn(message),
    ...(request.annotate && { annotate: (key, value) => request.annotate?.(key, value) }),
    overlay: (object, part) => overlay({ resource, subresource, applyRules }, object, part),
    ...(subresource && { subresource }),
    ...(request.namespace && { namespace: request.namespace }),
    ...(name && { name }),
  };
}

/** What the client speaks, where it is another form than the one that is stored. */
function requestedForm(
  { group, version }: Operation,
  { forms = [] }: AdmissionSubject,
): Pick<AdmissionAttributes, "requested"> {
  const requested = forms.find(({ resource }) => resource.group === group && resource.version === version);
  return requested ? { requested } : {};
}
