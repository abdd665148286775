import { type networkingv1, portNameProblems, portNumberProblems } from "../../../api/mod.ts";
import { canonicalCidr, cidrProblems, parseCidr } from "../../validation/address-rules.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { presentWord, validateLabelSelector } from "../../validation/rules.ts";

const path = field("spec");
const protocols = ["TCP", "UDP", "SCTP"];

/** Blocks of IPv6 that are not written as everybody writes them. */
export function networkPolicyWarnings({ spec }: networkingv1.NetworkPolicy): string[] {
  const peers = [
    ...(spec?.ingress ?? []).map((rule, position) => ["ingress", position, "from", rule.from] as const),
    ...(spec?.egress ?? []).map((rule, position) => ["egress", position, "to", rule.to] as const),
  ];
  return peers.flatMap(([way, position, end, list]) =>
    (list ?? []).flatMap(({ ipBlock }, number) => {
      const at = path.child(way).index(position).child(end).index(number).child("ipBlock");
      const except = ipBlock?.except ?? [];
      return [
        ...(ipBlock ? spellingWarnings(ipBlock.cidr, at.child("cidr")) : []),
        ...except.flatMap((cidr, index) => spellingWarnings(cidr, at.child("except").index(index))),
      ];
    }),
  );
}

function spellingWarnings(cidr: string, at: FieldPath): string[] {
  if (!cidr.includes(":") || !parseCidr(cidr)) return [];
  const right = canonicalCidr(cidr);
  if (right === cidr) return [];
  return [
    `${at}: IPv6 CIDR value ${JSON.stringify(cidr)} should be in RFC 5952 canonical format (${JSON.stringify(right)})`,
  ];
}

export function validateNetworkPolicy({ spec }: networkingv1.NetworkPolicy): FieldError[] {
  const errors = validateLabelSelector(spec?.podSelector, path.child("podSelector"));
  for (const [position, rule] of (spec?.ingress ?? []).entries()) {
    const at = path.child("ingress").index(position);
    errors.push(...validatePorts(rule.ports, at.child("ports")), ...validatePeers(rule.from, at.child("from")));
  }
  for (const [position, rule] of (spec?.egress ?? []).entries()) {
    const at = path.child("egress").index(position);
    errors.push(...validatePorts(rule.ports, at.child("ports")), ...validatePeers(rule.to, at.child("to")));
  }
  const types: readonly string[] = spec?.policyTypes ?? [];
  if (types.length > 2)
    return [...errors, invalid(path.child("policyTypes"), types, "may not specify more than two policyTypes")];
  for (const [position, type] of types.entries())
    if (type !== "Ingress" && type !== "Egress")
      errors.push(notSupported(path.child("policyTypes").index(position), type, ["Ingress", "Egress"]));
  return errors;
}

function validatePorts(ports: readonly networkingv1.NetworkPolicyPort[] | undefined, at: FieldPath): FieldError[] {
  return (ports ?? []).flatMap((port, position) => validatePort(port, at.index(position)));
}

function validatePort({ protocol, port, endPort }: networkingv1.NetworkPolicyPort, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  presentWord(protocol, protocols, at.child("protocol"), errors);
  if (port === undefined) {
    if (endPort !== undefined)
      errors.push(invalid(at.child("endPort"), endPort, "may not be specified when `port` is not specified"));
    return errors;
  }
  const problems = typeof port === "number" ? portNumberProblems(port) : portNameProblems(port);
  errors.push(...problems.map((problem) => invalid(at.child("port"), port, problem)));
  if (endPort === undefined) return errors;
  if (typeof port === "string")
    return [...errors, invalid(at.child("endPort"), endPort, "may not be specified when `port` is non-numeric")];
  // Upstream names the port here, not the end.
  if (endPort < port) errors.push(invalid(at.child("endPort"), port, "must be greater than or equal to `port`"));
  return [...errors, ...portNumberProblems(endPort).map((problem) => invalid(at.child("endPort"), endPort, problem))];
}

function validatePeers(peers: readonly networkingv1.NetworkPolicyPeer[] | undefined, at: FieldPath): FieldError[] {
  return (peers ?? []).flatMap((peer, position) => validatePeer(peer, at.index(position)));
}

function validatePeer(
  { podSelector, namespaceSelector, ipBlock }: networkingv1.NetworkPolicyPeer,
  at: FieldPath,
): FieldError[] {
  const errors = [
    ...validateLabelSelector(podSelector, at.child("podSelector")),
    ...validateLabelSelector(namespaceSelector, at.child("namespaceSelector")),
    ...(ipBlock ? validateBlock(ipBlock, at.child("ipBlock")) : []),
  ];
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(at, "must specify a peer"));
  else if (ipBlock && (podSelector || namespaceSelector))
    errors.push(forbidden(at, "may not specify both ipBlock and another peer"));
  return errors;
}

function validateBlock({ cidr, except }: networkingv1.IPBlock, at: FieldPath): FieldError[] {
  if (!cidr) return [required(at.child("cidr"))];
  const problems = cidrProblems(cidr).map((problem) => invalid(at.child("cidr"), cidr, problem));
  const outer = parseCidr(cidr);
  if (!outer || problems.length > 0) return problems;
  return (except ?? []).flatMap((text, position) => {
    const where = at.child("except").index(position);
    const inner = parseCidr(text);
    if (!inner?.exact) return cidrProblems(text).map((problem) => invalid(where, text, problem));
    const inside = inner.bits.startsWith(outer.bits) && inner.bits.length > outer.bits.length;
    return inside ? [] : [invalid(where, text, "must be a strict subset of `cidr`")];
  });
}
