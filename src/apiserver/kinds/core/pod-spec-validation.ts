/** A pod's specification, in a pod or in a template. The parts are judged in the order in which upstream lists their errors. */
import {
  type corev1,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  qualifiedNameProblems,
} from "../../../api/mod.ts";
import { ipProblems } from "../../validation/address-rules.ts";
import { type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { validateResources } from "../../validation/quantity-rules.ts";
import {
  inRange,
  oneOf,
  optionalText,
  presentWord,
  requiredText,
  textErrors,
  validateLabels,
} from "../../validation/rules.ts";
import { validateAffinity } from "./affinity-validation.ts";
import { validateContainers, validateEphemeralContainers, validateInitContainers } from "./container-validation.ts";
import { validateResourceClaims } from "./pod-claim-validation.ts";
import { validatePodResources } from "./pod-resources-validation.ts";
import { validateSystem } from "./pod-system-validation.ts";
import { validateGates, validateSpreading, validateTolerations } from "./scheduling-validation.ts";
import { validatePodSecurity } from "./security-validation.ts";
import { validateVolumes, volumeKinds } from "./volume-validation.ts";
import { validateHostProcess } from "./windows-options-validation.ts";

const restartPolicies = ["Always", "OnFailure", "Never"];
const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

/** `podName`: from which the names of ephemeral claims are made; empty in a template. */
export function validatePodSpec(spec: corev1.PodSpec, podName: string, path: FieldPath): FieldError[] {
  const volumes = validateVolumes(spec.volumes ?? [], podName, path.child("volumes"));
  const around = { spec, volumes: volumeKinds(volumes.sound) };
  return [
    ...volumes.errors,
    ...validateContainers(around, path.child("containers")),
    ...validateInitContainers(around, path.child("initContainers")),
    ...validateEphemeralContainers(around, path.child("ephemeralContainers")),
    ...validateResourceClaims(spec, path.child("resourceClaims")),
    ...validatePodResources(spec, path.child("resources")),
    ...oneOf(spec.restartPolicy, restartPolicies, path.child("restartPolicy")),
    ...oneOf(spec.dnsPolicy, dnsPolicies, path.child("dnsPolicy")),
    ...validateLabels(spec.nodeSelector, path.child("nodeSelector")),
    ...validateHostNetwork(spec, path),
    ...validatePodSecurity(spec, path.child("securityContext")),
    ...validateAffinity(spec.affinity, path.child("affinity")),
    ...validateDns(spec, path.child("dnsConfig")),
    ...validateReadinessGates(spec, path.child("readinessGates")),
    ...validateGates(spec, path),
    ...validateSpreading(spec.topologySpreadConstraints ?? [], path.child("topologySpreadConstraints")),
    ...validateNames(spec, path),
    ...validateTolerations(spec.tolerations ?? [], path.child("tolerations")),
    ...validateHostAliases(spec, path.child("hostAliases")),
    ...validateClasses(spec, path),
    ...validateHostProcess(spec, path),
    ...validateSystem(spec, path),
  ];
}

/** On the node's own network a container port is the node's port. */
function validateHostNetwork({ hostNetwork, containers }: corev1.PodSpec, path: FieldPath): FieldError[] {
  if (!hostNetwork) return [];
  return (containers ?? []).flatMap((container, position) =>
    (container.ports ?? []).flatMap(({ hostPort, containerPort }, number) => {
      const at = path.child("containers").index(position).child("ports").index(number);
      return hostPort && hostPort !== containerPort
        ? [invalid(at.child("hostPort"), hostPort, "must match `containerPort` when `hostNetwork` is true")]
        : [];
    }),
  );
}

const searchRule = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*";
const searchPattern = new RegExp(`^${searchRule}$`);
const searchText = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${searchRule}')`;

function validateDns({ dnsPolicy, dnsConfig }: corev1.PodSpec, path: FieldPath): FieldError[] {
  const servers = dnsConfig?.nameservers ?? [];
  if (dnsPolicy === "None" && !dnsConfig) return [required(path, "must provide `dnsConfig` when `dnsPolicy` is None")];
  if (dnsPolicy === "None" && servers.length === 0)
    return [required(path.child("nameservers"), "must provide at least one DNS nameserver when `dnsPolicy` is None")];
  if (!dnsConfig) return [];
  const errors: FieldError[] = [];
  if (servers.length > 3)
    errors.push(invalid(path.child("nameservers"), servers, "must not have more than 3 nameservers"));
  for (const [position, server] of servers.entries())
    errors.push(...textErrors(server, ipProblems, path.child("nameservers").index(position)));
  const searches = dnsConfig.searches ?? [];
  if (searches.length > 32)
    errors.push(invalid(path.child("searches"), searches, "must not have more than 32 search paths"));
  for (const [position, search] of searches.entries()) {
    const name = search.endsWith(".") ? search.slice(0, -1) : search;
    if (search !== "." && !searchPattern.test(name))
      errors.push(invalid(path.child("searches").index(position), name, searchText));
  }
  for (const [position, option] of (dnsConfig.options ?? []).entries())
    if (!option.name) errors.push(required(path.child("options").index(position), "must not be empty"));
  return errors;
}

function validateReadinessGates({ readinessGates }: corev1.PodSpec, path: FieldPath): FieldError[] {
  return (readinessGates ?? []).flatMap(({ conditionType }, position) =>
    textErrors(conditionType, qualifiedNameProblems, path.index(position).child("conditionType")),
  );
}

function validateNames(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  return [
    ...optionalText(spec.serviceAccountName, dns1123SubdomainProblems, path.child("serviceAccountName")),
    ...optionalText(spec.nodeName, dns1123SubdomainProblems, path.child("nodeName")),
    ...inRange(spec.activeDeadlineSeconds, 1, 2147483647, path.child("activeDeadlineSeconds")),
    ...optionalText(spec.hostname, dns1123LabelProblems, path.child("hostname")),
    ...optionalText(spec.subdomain, dns1123LabelProblems, path.child("subdomain")),
    ...validateHostnameOverride(spec, path.child("hostnameOverride")),
  ];
}

function validateHostnameOverride({ hostNetwork, hostnameOverride }: corev1.PodSpec, at: FieldPath): FieldError[] {
  if (hostnameOverride === undefined) return [];
  if (hostNetwork) return [forbidden(at, "may not be specified when hostNetwork is true")];
  return textErrors(hostnameOverride, dns1123SubdomainProblems, at);
}

function validateHostAliases({ hostAliases }: corev1.PodSpec, path: FieldPath): FieldError[] {
  return (hostAliases ?? []).flatMap(({ ip, hostnames }, position) => {
    const at = path.index(position);
    return [
      ...textErrors(ip ?? "", ipProblems, at.child("ip")),
      ...(hostnames ?? []).flatMap((name, number) =>
        textErrors(name, dns1123SubdomainProblems, at.child("hostnames").index(number)),
      ),
    ];
  });
}

const preemptionPolicies = ["PreemptLowerPriority", "Never"];

function validateClasses(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const errors = optionalText(spec.priorityClassName, dns1123SubdomainProblems, path.child("priorityClassName"));
  if (spec.runtimeClassName !== undefined)
    errors.push(...requiredText(spec.runtimeClassName, dns1123SubdomainProblems, path.child("runtimeClassName")));
  errors.push(...presentWord(spec.preemptionPolicy, preemptionPolicies, path.child("preemptionPolicy")));
  if (spec.overhead) errors.push(...validateResources({ limits: spec.overhead }, path.child("overhead")));
  const os = spec.os?.name;
  if (spec.os) errors.push(...oneOf(os, ["linux", "windows"], os ? path.child("os") : path.child("os", "name")));
  return errors;
}
