/**
 * Changed metadata is judged for all kinds alike, as a change and as a whole; most kinds judge it again in their own rules, in one of these ways
 * or in both, volumes as a whole twice. Causes are told as often as they are found. A few kinds do not ask for domains of finalizers.
 */
import type { FieldError } from "../validation/field-error.ts";
import type { NameRule } from "../validation/name-rules.ts";
import type { ObjectMetaRules } from "../validation/object-meta.ts";

type Way = "change" | "whole";

const change: readonly Way[] = ["change"];
const whole: readonly Way[] = ["whole"];
const both: readonly Way[] = ["change", "whole"];

/** By resource and group; the others judge both ways. */
const ownWays: Readonly<Record<string, readonly Way[]>> = {
  "cronjobs.batch": change,
  "csidrivers.storage.k8s.io": change,
  "csinodes.storage.k8s.io": whole,
  "customresourcedefinitions.apiextensions.k8s.io": change,
  "daemonsets.apps": change,
  "deployments.apps": change,
  "endpointslices.discovery.k8s.io": whole,
  "events.": [],
  "events.events.k8s.io": change,
  "flowschemas.flowcontrol.apiserver.k8s.io": whole,
  "horizontalpodautoscalers.autoscaling": change,
  "leases.coordination.k8s.io": change,
  "limitranges.": whole,
  "mutatingadmissionpolicies.admissionregistration.k8s.io": whole,
  "mutatingadmissionpolicybindings.admissionregistration.k8s.io": whole,
  "mutatingwebhookconfigurations.admissionregistration.k8s.io": whole,
  "networkpolicies.networking.k8s.io": change,
  "persistentvolumes.": ["whole", "whole"],
  "poddisruptionbudgets.policy": [],
  "podtemplates.": change,
  "priorityclasses.scheduling.k8s.io": change,
  "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": whole,
  "replicasets.apps": change,
  "replicationcontrollers.": change,
  "resourcequotas.": change,
  "resourceslices.resource.k8s.io": change,
  "servicecidrs.networking.k8s.io": change,
  "services.": change,
  "statefulsets.apps": change,
  "validatingadmissionpolicies.admissionregistration.k8s.io": whole,
  "validatingadmissionpolicybindings.admissionregistration.k8s.io": whole,
  "validatingwebhookconfigurations.admissionregistration.k8s.io": whole,
  "volumeattachments.storage.k8s.io": whole,
};

const plainKinds: ReadonlySet<string> = new Set([
  "apiservices.apiregistration.k8s.io",
  "customresourcedefinitions.apiextensions.k8s.io",
  "events.",
  "leases.coordination.k8s.io",
  "poddisruptionbudgets.policy",
  "runtimeclasses.node.k8s.io",
]);

interface Resource {
  readonly group: string;
  readonly resource: string;
}

export interface KindOfMetadata {
  readonly info: Resource & { readonly namespaced: boolean };
  /** Custom resources are judged as changes. */
  readonly strategy: { readonly isCustom?: boolean; readonly validateName?: NameRule };
}

const nameOf = ({ resource, group }: Resource) => `${resource}.${group}`;

/** The rules for the metadata of a kind. */
export function metadataRules({ info, strategy }: KindOfMetadata): ObjectMetaRules {
  const { isCustom = false, validateName } = strategy;
  const plainFinalizers = isCustom || info.group === "admissionregistration.k8s.io" || plainKinds.has(nameOf(info));
  return { namespaced: info.namespaced, plainFinalizers, ...(validateName && { validateName }) };
}

/** What was found once, as often as it is told. */
export function asOftenAsFound(found: FieldError[], { info, strategy }: KindOfMetadata): FieldError[] {
  if (found.length === 0) return found;
  const own = strategy.isCustom ? change : (ownWays[nameOf(info)] ?? both);
  const general = both.flatMap((way) => found.filter((error) => isFound(error, way) && !isAboutDomain(error)));
  return [...general, ...own.flatMap((way) => found.filter((error) => isFound(error, way)))];
}

function isAboutDomain({ field }: FieldError): boolean {
  return field.startsWith("metadata.finalizers[");
}

const inBoth = /^metadata\.(labels|annotations|ownerReferences|managedFields|finalizers\[)/;
const inWhole = /^metadata\.(generateName|finalizers$)/;

function isFound({ field, reason, message }: FieldError, way: Way): boolean {
  if (inBoth.test(field)) return true;
  const isWhole = field === "metadata.generation" ? !message.endsWith("decremented") : inWhole.test(field);
  return (isWhole && reason !== "FieldValueForbidden") === (way === "whole");
}
