import {
  corev1,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  portNameProblems,
  portNumberProblems,
  qualifiedNameProblems,
} from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { cidrProblems, ipProblems } from "../../validation/address-rules.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { inRange, oneOf, presentText, presentWord, textErrors, validateLabels } from "../../validation/rules.ts";
import { validateClusterAddresses } from "./service-address-validation.ts";
import { validateServiceStatus } from "./service-status-validation.ts";

const specPath = field("spec");
const types: readonly string[] = corev1.serviceType.enum;
const protocols: readonly string[] = corev1.protocol.enum;
const policies: readonly string[] = corev1.serviceExternalTrafficPolicy.enum;

export function validateService({ spec }: corev1.Service): FieldError[] {
  return [
    ...validateForType(spec),
    ...validatePorts(spec),
    ...validateLabels(spec.selector, specPath.child("selector")),
    ...validateAffinity(spec),
    ...validateClusterAddresses(spec),
    ...validateExternalAddresses(spec),
    ...oneOf(spec.type, types, specPath.child("type")),
    ...validateNodePorts(spec),
    ...validateLoadBalancer(spec),
    ...validatePolicies(spec),
  ];
}

function isHeadless(spec: corev1.ServiceSpec): boolean {
  return spec.clusterIP === "None";
}

function validateForType(spec: corev1.ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.ports?.length && !isHeadless(spec) && spec.type !== "ExternalName")
    errors.push(required(specPath.child("ports")));
  if (spec.type === "ExternalName") return [...errors, ...validateExternalName(spec)];
  if (spec.type !== "LoadBalancer" && spec.type !== "NodePort") return errors;
  if (isHeadless(spec)) {
    const text = `may not be set to 'None' for ${spec.type} services`;
    errors.push(invalid(specPath.child("clusterIPs").index(0), "None", text));
  }
  return errors;
}

const notExternal = "may not be set for ExternalName services";

function validateExternalName(spec: corev1.ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.clusterIPs?.length || spec.clusterIP) errors.push(forbidden(specPath.child("clusterIPs"), notExternal));
  if (spec.ipFamilies?.length) errors.push(forbidden(specPath.child("ipFamilies"), notExternal));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden(specPath.child("ipFamilyPolicy"), notExternal));
  const at = specPath.child("externalName");
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") return [...errors, required(at)];
  return [...errors, ...dns1123SubdomainProblems(name).map((problem) => invalid(at, spec.externalName, problem))];
}

function validatePorts(spec: corev1.ServiceSpec): FieldError[] {
  const ports = spec.ports ?? [];
  const names = new Set<string>();
  return ports.flatMap((port, position) =>
    validatePort(port, names, ports.length > 1, isHeadless(spec), specPath.child("ports").index(position)),
  );
}

function validatePort(
  port: corev1.ServicePort,
  names: Set<string>,
  named: boolean,
  headless: boolean,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (named && !port.name) errors.push(required(path.child("name")));
  else if (port.name) {
    textErrors(port.name, dns1123LabelProblems, path.child("name"), errors);
    if (names.has(port.name)) errors.push(duplicate(path.child("name"), port.name));
    names.add(port.name);
  }
  for (const problem of portNumberProblems(port.port)) errors.push(invalid(path.child("port"), port.port, problem));
  oneOf(port.protocol, protocols, path.child("protocol"), errors);
  const target = port.targetPort;
  if (target !== undefined) {
    const problems = typeof target === "number" ? portNumberProblems(target) : portNameProblems(target);
    for (const problem of problems) errors.push(invalid(path.child("targetPort"), target, problem));
  }
  presentText(port.appProtocol, qualifiedNameProblems, path.child("appProtocol"), errors);
  if (headless && port.nodePort)
    errors.push(forbidden(path.child("nodePort"), "may not be used when `type` is 'ClusterIP'"));
  return errors;
}

function validateAffinity(spec: corev1.ServiceSpec): FieldError[] {
  const errors = oneOf(spec.sessionAffinity, corev1.serviceAffinity.enum, specPath.child("sessionAffinity"));
  const path = specPath.child("sessionAffinityConfig");
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (spec.sessionAffinity === "ClientIP") {
    const at = path.child("clientIP", "timeoutSeconds");
    if (seconds === undefined) return [...errors, required(path, "when session affinity type is ClientIP")];
    if (seconds <= 0 || seconds > 86400)
      errors.push(invalid(at, seconds, "must be greater than 0 and less than 86400"));
  } else if (spec.sessionAffinity === "None" && spec.sessionAffinityConfig)
    errors.push(forbidden(path, "must not be set when session affinity is None"));
  return errors;
}

function validateExternalAddresses(spec: corev1.ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const [position, ip] of (spec.externalIPs ?? []).entries()) {
    const at = specPath.child("externalIPs").index(position);
    const problems = textErrors(ip, ipProblems, at);
    errors.push(...(problems.length > 0 ? problems : notSpecial(ip, at)));
  }
  return errors;
}

/** Addresses that mean something of their own are no addresses of services. */
function notSpecial(ip: string, path: FieldPath): FieldError[] {
  const words: string[] = [];
  if (ip === "0.0.0.0" || ip === "::") words.push(`may not be unspecified (${ip})`);
  if (ip.startsWith("127.") || ip === "::1") words.push("may not be in the loopback range (127.0.0.0/8, ::1/128)");
  if (ip.startsWith("169.254.") || /^fe80:/i.test(ip))
    words.push("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  if (/^224\.0\.0\./.test(ip)) words.push("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
  return words.map((word) => invalid(path, ip, word));
}

/** A port of the node, or of the service, is there once for each protocol. */
function validateNodePorts(spec: corev1.ServiceSpec): FieldError[] {
  const [nodePorts, ports] = [new Set<string>(), new Set<string>()];
  const errors: FieldError[] = [];
  for (const [position, port] of (spec.ports ?? []).entries()) {
    const at = specPath.child("ports").index(position);
    if (port.nodePort && spec.type !== "NodePort" && spec.type !== "LoadBalancer" && !isHeadless(spec))
      errors.push(forbidden(at.child("nodePort"), "may not be used when `type` is 'ClusterIP'"));
    if (port.nodePort) {
      const name = `${port.protocol}/${port.nodePort}`;
      if (nodePorts.has(name)) errors.push(duplicate(at.child("nodePort"), port.nodePort));
      nodePorts.add(name);
    }
    const name = `${port.protocol}/${port.port}`;
    if (ports.has(name))
      errors.push(duplicate(at, internalForm(corev1.servicePort, { port: port.port, protocol: port.protocol })));
    ports.add(name);
  }
  return errors;
}

function validateLoadBalancer(spec: corev1.ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const isBalanced = spec.type === "LoadBalancer";
  const only = "may only be used when `type` is 'LoadBalancer'";
  if (spec.loadBalancerSourceRanges?.length) {
    const at = specPath.child("LoadBalancerSourceRanges");
    if (!isBalanced) errors.push(forbidden(at, only));
    for (const [position, range] of spec.loadBalancerSourceRanges.entries())
      textErrors(range.trim(), cidrProblems, at.index(position), errors);
  }
  if (isBalanced && spec.allocateLoadBalancerNodePorts === undefined)
    errors.push(required(specPath.child("allocateLoadBalancerNodePorts")));
  if (!isBalanced && spec.allocateLoadBalancerNodePorts !== undefined)
    errors.push(forbidden(specPath.child("allocateLoadBalancerNodePorts"), only));
  if (!isBalanced && spec.loadBalancerClass !== undefined)
    errors.push(forbidden(specPath.child("loadBalancerClass"), only));
  if (isBalanced)
    presentText(spec.loadBalancerClass, qualifiedNameProblems, specPath.child("loadBalancerClass"), errors);
  return errors;
}

const distributions = ["PreferClose", "PreferSameZone", "PreferSameNode"];

function validatePolicies(spec: corev1.ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const external =
    spec.type === "NodePort" ||
    spec.type === "LoadBalancer" ||
    (spec.type === "ClusterIP" && (spec.externalIPs?.length ?? 0) > 0);
  const at = specPath.child("externalTrafficPolicy");
  if (spec.externalTrafficPolicy !== undefined) {
    if (!external)
      errors.push(invalid(at, spec.externalTrafficPolicy, "may only be set for externally-accessible services"));
    else if (!policies.includes(spec.externalTrafficPolicy))
      errors.push(notSupported(at, spec.externalTrafficPolicy, policies));
  }
  inRange(spec.healthCheckNodePort || undefined, 1, 65535, specPath.child("healthCheckNodePort"), errors);
  if (spec.healthCheckNodePort && !(spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local")) {
    const text = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid(specPath.child("healthCheckNodePort"), spec.healthCheckNodePort, text));
  }
  const distribution = spec.trafficDistribution;
  presentWord(distribution, distributions, specPath.child("trafficDistribution"), errors);
  const inner = spec.internalTrafficPolicy;
  presentWord(inner, policies, specPath.child("internalTrafficPolicy"), errors);
  return errors;
}

export function validateServiceUpdate(
  object: corev1.Service,
  old: corev1.Service,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status") return validateServiceStatus(object);
  const errors = validateClusterAddresses(object.spec);
  if (errors.length > 0) return errors;
  const had = old.spec.clusterIPs ?? [];
  if (
    old.spec.type !== "ExternalName" &&
    object.spec.type !== "ExternalName" &&
    had[0] &&
    object.spec.clusterIPs?.[0] !== had[0]
  )
    errors.push(
      invalid(specPath.child("clusterIPs").index(0), object.spec.clusterIPs ?? [], "may not change once set"),
    );
  if (
    old.spec.type === "LoadBalancer" &&
    object.spec.type === "LoadBalancer" &&
    old.spec.loadBalancerClass !== object.spec.loadBalancerClass
  )
    errors.push(invalid(specPath.child("loadBalancerClass"), object.spec.loadBalancerClass, "may not change once set"));
  return [...errors, ...validateService(object)];
}
