/** Selectors of webhooks and policies, on the object and on its namespace. */
import { type corev1, type KubernetesObject, labelSelectorAsSelector, type metav1, resources } from "../../api/mod.ts";
import type { Client, Lister } from "../../client/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { notFound } from "../refusal.ts";
import { find } from "../request.ts";

type Selector = ReturnType<typeof labelSelectorAsSelector>;

/** Configurations come frozen from informers, so one selector is made once. */
const compiled = new WeakMap<metav1.LabelSelector, Selector>();

function selectorOf(from: metav1.LabelSelector): Selector {
  const known = compiled.get(from);
  if (known) return known;
  const made = labelSelectorAsSelector(from);
  compiled.set(from, made);
  return made;
}

function selectsEverything(selector: metav1.LabelSelector | undefined): boolean {
  if (!selector) return true;
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}

/** The object before or after: one of them is enough. What has no metadata is selected by an empty selector only. */
export function matchesObjectSelector(
  selector: metav1.LabelSelector | undefined,
  { object, oldObject }: Pick<AdmissionAttributes, "object" | "oldObject">,
): boolean {
  if (!selector || selectsEverything(selector)) return true;
  const matches = (one: KubernetesObject | undefined) =>
    one?.metadata !== undefined && selectorOf(selector).matches(one.metadata.labels ?? {});
  return matches(object) || matches(oldObject);
}

/** Where namespaces are read from. */
export interface NamespaceSource {
  readonly lister: Lister<corev1.Namespace>;
  readonly client: Client;
}

/** The namespace of the request: the object itself where it is one. Throws NotFound where there is none of that name. */
export function namespaceOf(
  attributes: AdmissionAttributes,
  source: NamespaceSource,
): corev1.Namespace | undefined | Promise<corev1.Namespace> {
  const { resource, object, oldObject } = attributes;
  if (isNamespaceRequest(attributes)) return (object ?? oldObject) as corev1.Namespace | undefined;
  const name = attributes.namespace ?? (isNamespace(resource) ? attributes.name : undefined);
  if (!name) return undefined;
  return source.lister.get(name) ?? readNamespace(name, source);
}

/** The namespace that the object of the request lives in: nothing for a Namespace, which lives in none. */
export function namespaceAround(
  attributes: AdmissionAttributes,
  source: NamespaceSource,
): corev1.Namespace | undefined | Promise<corev1.Namespace> {
  return isNamespace(attributes.resource) ? undefined : namespaceOf(attributes, source);
}

function isNamespace(resource: AdmissionAttributes["resource"]): boolean {
  return resource.group === "" && resource.resource === "namespaces";
}

function isNamespaceRequest({ resource, subresource }: AdmissionAttributes): boolean {
  return isNamespace(resource) && !subresource;
}

async function readNamespace(name: string, source: NamespaceSource): Promise<corev1.Namespace> {
  const found = await find({ ...source, resource: resources.namespaces }, name);
  if (!found) throw notFound("namespaces", name);
  return found;
}

/** Objects of no namespace, but for namespaces themselves, are always selected. Rejects with NotFound as `namespaceOf`. */
export async function matchesNamespaceSelector(
  selector: metav1.LabelSelector | undefined,
  attributes: AdmissionAttributes,
  source: NamespaceSource,
): Promise<boolean> {
  if (!selector || selectsEverything(selector)) return true;
  const namespace = await namespaceOf(attributes, source);
  return !namespace || selectorOf(selector).matches(namespace.metadata.labels ?? {});
}

export interface Selectors {
  readonly namespaceSelector?: metav1.LabelSelector;
  readonly objectSelector?: metav1.LabelSelector;
}

/** Both at once, the cheap one first. */
export async function matchesSelectors(
  selectors: Selectors,
  attributes: AdmissionAttributes,
  source: NamespaceSource,
): Promise<boolean> {
  if (!matchesObjectSelector(selectors.objectSelector, attributes)) return false;
  return matchesNamespaceSelector(selectors.namespaceSelector, attributes, source);
}
