/** The objects of a request as a webhook wants to see them: in the version that its rules name. */
import type { KubernetesObject, ResourceInfo, SubresourceInfo } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionForm } from "../contract.ts";
import type { ResourceVersionName } from "../matching/rules.ts";

type Versioned = Pick<ResourceInfo, "group" | "version" | "kind" | "schema"> | SubresourceInfo;

/** What the request carries for this form: the resource's own kind, or that of the subresource. */
export function kindOf({ subresource }: AdmissionAttributes, resource: AdmissionAttributes["resource"]): Versioned {
  if (!subresource) return resource;
  return resource.subresources.find(({ name }) => name === subresource) ?? resource;
}

/** What the client asked for. */
export function requestedResource({ requested, resource }: AdmissionAttributes): AdmissionAttributes["resource"] {
  return requested?.resource ?? resource;
}

/** True where the subresource has a kind of its own, which is the same in every version of the resource. */
function hasOwnKind(attributes: AdmissionAttributes): boolean {
  const { kind, group } = kindOf(attributes, attributes.resource);
  return kind !== attributes.resource.kind || group !== attributes.resource.group;
}

function formOf(attributes: AdmissionAttributes, { group, version }: ResourceVersionName): AdmissionForm | undefined {
  const { resource, forms = [] } = attributes;
  if (resource.group === group && resource.version === version) return undefined;
  return forms.find((form) => form.resource.group === group && form.resource.version === version);
}

/** A request in the form of one resource; conversions are made once for all webhooks that want the same. */
export class VersionedRequest {
  readonly #attributes: AdmissionAttributes;
  readonly #shown = new WeakMap<KubernetesObject, Map<string, KubernetesObject>>();

  constructor(attributes: AdmissionAttributes) {
    this.#attributes = attributes;
  }

  /** The resource's description in the form. */
  resource(as: ResourceVersionName): AdmissionAttributes["resource"] {
    return formOf(this.#attributes, as)?.resource ?? this.#attributes.resource;
  }

  async show(object: KubernetesObject | undefined, as: ResourceVersionName): Promise<KubernetesObject | undefined> {
    const form = formOf(this.#attributes, as);
    if (!object || !form || hasOwnKind(this.#attributes)) return object;
    const known = this.#shown.get(object) ?? new Map<string, KubernetesObject>();
    this.#shown.set(object, known);
    const key = `${as.group}/${as.version}`;
    const shown = known.get(key) ?? (await form.show(object));
    known.set(key, shown);
    return shown;
  }

  async take(object: KubernetesObject, as: ResourceVersionName): Promise<KubernetesObject> {
    const form = formOf(this.#attributes, as);
    return form && !hasOwnKind(this.#attributes) ? form.take(object) : object;
  }
}
