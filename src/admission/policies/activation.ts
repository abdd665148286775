/** The values of what expressions name, for one request and one set of parameters. */
import type { corev1, KubernetesObject } from "../../api/mod.ts";
import { authorizerValue, dynShape, fromJson, resourceCheckValue, type Value, type Variables } from "../../cel/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import type { Authorizations } from "./authorization.ts";

export interface Subject {
  readonly object: KubernetesObject | undefined;
  readonly oldObject: KubernetesObject | undefined;
  readonly request: object;
  readonly namespace: corev1.Namespace | undefined;
}

/** `params` absent: null, as for a policy without parameters. */
export function activation(
  { object, oldObject, request, namespace }: Subject,
  attributes: AdmissionAttributes,
  authorizations: Authorizations,
  params?: KubernetesObject,
): Variables {
  const makers: Readonly<Record<string, () => Value>> = {
    object: () => fromJson(object, dynShape),
    oldObject: () => fromJson(oldObject, dynShape),
    request: () => fromJson(request, dynShape),
    namespaceObject: () => fromJson(namespace, dynShape),
    params: () => fromJson(params, dynShape),
    authorizer: () => authorizerValue(authorizations.ask),
    "authorizer.requestResource": () => resourceCheckValue(authorizations.ask, questionOf(attributes)),
  };
  const made = new Map<string, Value>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined || !Object.hasOwn(makers, name)) return known;
    const value = makers[name]!();
    made.set(name, value);
    return value;
  };
}

function questionOf({ resource, subresource, namespace, name }: AdmissionAttributes) {
  return {
    group: resource.group,
    resource: resource.resource,
    ...(subresource && { subresource }),
    ...(namespace && { namespace }),
    ...(name && { name }),
  };
}
