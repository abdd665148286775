/** A pod's specification, in a pod or in a template. The parts are judged in the order in which upstream lists their errors. */
import {
  type corev1,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  qualifiedNameProblems,
} from "../../../api/mod.ts";
import { ipProblems } from "../../validation/address-rules.ts";
import { type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import { eachItem, type FieldPath } from "../../validation/field-path.ts";
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
import { validateVolumes } from "./volume-validation.ts";
import { validateHostProcess } from "./windows-options-validation.ts";

const restartPolicies = ["Always", "OnFailure", "Never"];
const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

/** `podName`: from which the names of ephemeral claims are made; empty in a template. What is absent is not asked further. */
export function validatePodSpec(
  spec: corev1.PodSpec,
  podName: string,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  const volumes = validateVolumes(spec.volumes, podName, path.child("volumes"), errors);
  const around = { spec, volumes };
  validateContainers(around, path.child("containers"), errors);
  if (spec.initContainers) validateInitContainers(around, path.child("initContainers"), errors);
  if (spec.ephemeralContainers) validateEphemeralContainers(around, path.child("ephemeralContainers"), errors);
  if (spec.resourceClaims) validateResourceClaims(spec.resourceClaims, path.child("resourceClaims"), errors);
  if (spec.resources) errors.push(...validatePodResources(spec, path.child("resources")));
  oneOf(spec.restartPolicy, restartPolicies, path.child("restartPolicy"), errors);
  oneOf(spec.dnsPolicy, dnsPolicies, path.child("dnsPolicy"), errors);
  if (spec.nodeSelector) validateLabels(spec.nodeSelector, path.child("nodeSelector"), errors);
  if (spec.hostNetwork) validateHostNetwork(spec, path, errors);
  validatePodSecurity(spec, path.child("securityContext"), errors);
  if (spec.affinity) validateAffinity(spec.affinity, path.child("affinity"), errors);
  validateDns(spec, path.child("dnsConfig"), errors);
  if (spec.readinessGates) validateReadinessGates(spec.readinessGates, path.child("readinessGates"), errors);
  if (spec.schedulingGates) validateGates(spec, path, errors);
  if (spec.topologySpreadConstraints)
    validateSpreading(spec.topologySpreadConstraints, path.child("topologySpreadConstraints"), errors);
  validateNames(spec, path, errors);
  if (spec.tolerations) validateTolerations(spec.tolerations, path.child("tolerations"), errors);
  if (spec.hostAliases) validateHostAliases(spec.hostAliases, path.child("hostAliases"), errors);
  validateClasses(spec, path, errors);
  validateHostProcess(spec, path, errors);
  validateSystem(spec, path, errors);
  return errors;
}

/** On the node's own network a container port is the node's port. */
function validateHostNetwork({ containers }: corev1.PodSpec, path: FieldPath, errors: FieldError[]): void {
  eachItem(containers, path.child("containers"), ({ ports }, container) =>
    eachItem(ports, container.child("ports"), ({ hostPort, containerPort }, at) => {
      if (hostPort && hostPort !== containerPort)
        errors.push(invalid(at.child("hostPort"), hostPort, "must match `containerPort` when `hostNetwork` is true"));
    }),
  );
}

const searchRule = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*";
const searchPattern = new RegExp(`^${searchRule}$`);
const searchText = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${searchRule}')`;

function validateDns({ dnsPolicy, dnsConfig }: corev1.PodSpec, path: FieldPath, errors: FieldError[]): void {
  if (!dnsConfig) {
    if (dnsPolicy === "None") errors.push(required(path, "must provide `dnsConfig` when `dnsPolicy` is None"));
    return;
  }
  const { nameservers = [], searches = [], options } = dnsConfig;
  const servers = path.child("nameservers");
  if (dnsPolicy === "None" && nameservers.length === 0) {
    errors.push(required(servers, "must provide at least one DNS nameserver when `dnsPolicy` is None"));
    return;
  }
  if (nameservers.length > 3) errors.push(invalid(servers, nameservers, "must not have more than 3 nameservers"));
  eachItem(nameservers, servers, (server, at) => textErrors(server, ipProblems, at, errors));
  if (searches.length > 32)
    errors.push(invalid(path.child("searches"), searches, "must not have more than 32 search paths"));
  eachItem(searches, path.child("searches"), (search, at) => {
    const name = search.endsWith(".") ? search.slice(0, -1) : search;
    if (search !== "." && !searchPattern.test(name)) errors.push(invalid(at, name, searchText));
  });
  eachItem(options, path.child("options"), ({ name }, at) => {
    if (!name) errors.push(required(at, "must not be empty"));
  });
}

function validateReadinessGates(
  gates: readonly corev1.PodReadinessGate[],
  path: FieldPath,
  errors: FieldError[],
): void {
  eachItem(gates, path, ({ conditionType }, at) =>
    textErrors(conditionType, qualifiedNameProblems, at.child("conditionType"), errors),
  );
}

function validateNames(spec: corev1.PodSpec, path: FieldPath, errors: FieldError[]): void {
  optionalText(spec.serviceAccountName, dns1123SubdomainProblems, path.child("serviceAccountName"), errors);
  if (spec.nodeName) textErrors(spec.nodeName, dns1123SubdomainProblems, path.child("nodeName"), errors);
  if (spec.activeDeadlineSeconds !== undefined)
    inRange(spec.activeDeadlineSeconds, 1, 2147483647, path.child("activeDeadlineSeconds"), errors);
  if (spec.hostname) textErrors(spec.hostname, dns1123LabelProblems, path.child("hostname"), errors);
  if (spec.subdomain) textErrors(spec.subdomain, dns1123LabelProblems, path.child("subdomain"), errors);
  if (spec.hostnameOverride === undefined) return;
  const at = path.child("hostnameOverride");
  if (spec.hostNetwork) errors.push(forbidden(at, "may not be specified when hostNetwork is true"));
  else textErrors(spec.hostnameOverride, dns1123SubdomainProblems, at, errors);
}

function validateHostAliases(aliases: readonly corev1.HostAlias[], path: FieldPath, errors: FieldError[]): void {
  eachItem(aliases, path, ({ ip, hostnames }, at) => {
    textErrors(ip ?? "", ipProblems, at.child("ip"), errors);
    eachItem(hostnames, at.child("hostnames"), (name, place) =>
      textErrors(name, dns1123SubdomainProblems, place, errors),
    );
  });
}

const preemptionPolicies = ["PreemptLowerPriority", "Never"];

function validateClasses(spec: corev1.PodSpec, path: FieldPath, errors: FieldError[]): void {
  if (spec.priorityClassName)
    textErrors(spec.priorityClassName, dns1123SubdomainProblems, path.child("priorityClassName"), errors);
  if (spec.runtimeClassName !== undefined)
    requiredText(spec.runtimeClassName, dns1123SubdomainProblems, path.child("runtimeClassName"), errors);
  presentWord(spec.preemptionPolicy, preemptionPolicies, path.child("preemptionPolicy"), errors);
  if (spec.overhead) validateResources({ limits: spec.overhead }, path.child("overhead"), errors);
  const os = spec.os?.name;
  if (spec.os) oneOf(os, ["linux", "windows"], os ? path.child("os") : path.child("os", "name"), errors);
}
