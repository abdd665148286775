import { isIP } from "node:net";
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  networkingv1,
  pathSegmentProblems,
  portNameProblems,
  portNumberProblems,
} from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { ipProblems } from "../../validation/address-rules.ts";
import { type FieldError, forbidden, invalid, notSupported, required, tooLong } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { wildcardSubdomainProblems } from "../../validation/name-rules.ts";
import {
  domainPrefixedPath,
  immutableField,
  optionalText,
  presentText,
  requiredText,
  textErrors,
} from "../../validation/rules.ts";

const path = field("spec");
const pathTypes: readonly string[] = networkingv1.pathType.enum;

const longestController = 250;
const notAnAddress = "must be a DNS name, not an IP address";
const classAnnotation = "kubernetes.io/ingress.class";

export function validateNewIngress(object: networkingv1.Ingress): FieldError[] {
  const { metadata, spec } = object;
  const given = metadata.annotations?.[classAnnotation];
  if (given === undefined || spec.ingressClassName === undefined || given === spec.ingressClassName)
    return validateIngress(object);
  const text = "must match `ingressClassName` when both are specified";
  return [invalid(field("annotations").child(classAnnotation), given, text), ...validateIngress(object)];
}

function validateIngress({ spec }: networkingv1.Ingress): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.rules?.length && !spec.defaultBackend)
    errors.push(invalid(path, spec.rules, "either `defaultBackend` or `rules` must be specified"));
  for (const [position, { hosts, secretName }] of (spec.tls ?? []).entries()) {
    const at = path.child("tls").index(position);
    for (const [number, host] of (hosts ?? []).entries())
      errors.push(...validateHost(host, at.child("hosts").index(number)));
    optionalText(secretName, dns1123SubdomainProblems, at.child("secretName"), errors);
  }
  if (spec.defaultBackend) errors.push(...validateBackend(spec.defaultBackend, path.child("defaultBackend")));
  for (const [position, rule] of (spec.rules ?? []).entries())
    errors.push(...validateRule(rule, path.child("rules").index(position)));
  return [...errors, ...presentText(spec.ingressClassName, dns1123SubdomainProblems, path.child("ingressClassName"))];
}

function validateHost(host: string, at: FieldPath): FieldError[] {
  return textErrors(host, host.includes("*") ? wildcardSubdomainProblems : dns1123SubdomainProblems, at);
}

function validateRule(rule: networkingv1.IngressRule, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (rule.host) {
    if (isIP(rule.host)) errors.push(invalid(at.child("host"), rule.host, notAnAddress));
    else errors.push(...validateHost(rule.host, at.child("host")));
  }
  if (!rule.http) return errors;
  const list = at.child("http", "paths");
  if (!rule.http.paths?.length) return [...errors, required(list)];
  return [...errors, ...rule.http.paths.flatMap((entry, position) => validatePath(entry, list.index(position)))];
}

const badParts = ["//", "/./", "/../", "%2f", "%2F"];
const badEnds = ["/..", "/."];

function validatePath(entry: networkingv1.HTTPIngressPath, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { pathType, path: route = "" } = entry;
  const where = at.child("path");
  if (pathType === undefined) return [required(at.child("pathType"), "pathType must be specified")];
  if (!pathTypes.includes(pathType)) errors.push(notSupported(at.child("pathType"), pathType, pathTypes));
  else if (pathType !== "ImplementationSpecific") {
    if (!route.startsWith("/")) errors.push(invalid(where, route, "must be an absolute path"));
    for (const part of badParts)
      if (route.includes(part)) errors.push(invalid(where, route, `must not contain '${part}'`));
    for (const end of badEnds) if (route.endsWith(end)) errors.push(invalid(where, route, `cannot end with '${end}'`));
  } else if (route !== "" && !route.startsWith("/")) errors.push(invalid(where, route, "must be an absolute path"));
  return [...errors, ...validateBackend(entry.backend, at.child("backend"))];
}

function validateBackend(backend: networkingv1.IngressBackend | undefined, at: FieldPath): FieldError[] {
  const { service, resource } = backend ?? {};
  if (service && resource) return [invalid(at, "", "cannot set both resource and service backends")];
  if (resource) {
    const errors = presentText(resource.apiGroup, dns1123SubdomainProblems, at.child("resource", "apiGroup"));
    for (const key of ["kind", "name"] as const)
      requiredText(resource[key], pathSegmentProblems, at.child("resource", key), errors);
    return errors;
  }
  if (!service) return [invalid(at, "", "resource or service backend is required")];
  const errors = service.name
    ? textErrors(service.name, dns1123LabelProblems, at.child("service", "name"))
    : [required(at.child("service", "name"))];
  const { name, number } = service.port ?? {};
  const port = at.child("service", "port");
  if (name && number) errors.push(invalid(at, "", "cannot set both port name & port number"));
  else if (name) textErrors(name, portNameProblems, port.child("name"), errors);
  else if (number)
    errors.push(...portNumberProblems(number).map((problem) => invalid(port.child("number"), number, problem)));
  else errors.push(required(at, "port name or number is required"));
  return errors;
}

export function validateIngressUpdate(
  object: networkingv1.Ingress,
  _old: networkingv1.Ingress,
  context: RequestContext,
): FieldError[] {
  return context.subresource === "status" ? validateIngressStatus(object) : validateIngress(object);
}

function validateIngressStatus({ status }: networkingv1.Ingress): FieldError[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, position) => {
    const at = field("status", "loadBalancer", "ingress").index(position);
    const errors = optionalText(ip, ipProblems, at.child("ip"));
    if (!hostname) return errors;
    if (isIP(hostname)) return [...errors, invalid(at.child("hostname"), hostname, notAnAddress)];
    return [...errors, ...textErrors(hostname, dns1123SubdomainProblems, at.child("hostname"))];
  });
}

export function validateIngressClass({ spec }: networkingv1.IngressClass): FieldError[] {
  const errors = validateController(spec?.controller ?? "", path.child("controller"));
  const parameters = spec?.parameters;
  if (!parameters) return errors;
  const at = path.child("parameters");
  presentText(parameters.apiGroup, dns1123SubdomainProblems, at.child("apiGroup"), errors);
  for (const key of ["kind", "name"] as const)
    errors.push(
      ...(parameters[key]
        ? textErrors(parameters[key], pathSegmentProblems, at.child(key))
        : [required(at.child(key))]),
    );
  const { scope, namespace } = parameters;
  presentText(namespace, dns1123LabelProblems, at.child("namespace"), errors);
  if (scope === undefined) errors.push(required(at.child("scope")));
  else if (scope !== "Cluster" && scope !== "Namespace")
    errors.push(notSupported(at.child("scope"), scope, ["Cluster", "Namespace"]));
  else if (scope === "Namespace" && namespace === undefined)
    errors.push(required(at.child("namespace"), "`parameters.scope` is set to 'Namespace'"));
  else if (scope === "Cluster" && namespace !== undefined)
    errors.push(forbidden(at.child("namespace"), "`parameters.scope` is set to 'Cluster'"));
  return errors;
}

function validateController(controller: string, at: FieldPath): FieldError[] {
  if (controller === "") return [required(at)];
  const errors = controller.length > longestController ? [tooLong(at, longestController)] : [];
  return [...errors, ...domainPrefixedPath(controller, at)];
}

export function validateIngressClassUpdate(
  object: networkingv1.IngressClass,
  old: networkingv1.IngressClass,
): FieldError[] {
  return [
    ...immutableField(object.spec?.controller ?? "", old.spec?.controller ?? "", path.child("controller")),
    ...validateIngressClass(object),
  ];
}
