import { type networkingv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { firstOf } from "../text.ts";
import { validateIngressUpdate, validateNewIngress } from "./ingress-validation.ts";

const classAnnotation = "kubernetes.io/ingress.class";

export const ingress: Strategy<networkingv1.Ingress> = {
  resource: resources.ingresses,
  hasStatus: true,
  bumpsGeneration: true,
  columns: [
    nameColumn,
    text("Class", classText),
    text("Hosts", hostsText),
    text("Address", addressText),
    text("Ports", ({ spec }) => (spec.tls?.length ? "80, 443" : "80")),
    ageColumn,
  ],
  validate: validateNewIngress,
  validateUpdate: validateIngressUpdate,
  warnings: ({ metadata }) =>
    metadata.annotations?.[classAnnotation] === undefined
      ? []
      : [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`],
};

function classText({ metadata, spec }: networkingv1.Ingress): string {
  return metadata.annotations?.[classAnnotation] ?? spec.ingressClassName ?? "<none>";
}

function hostsText({ spec }: networkingv1.Ingress): string {
  const hosts = (spec.rules ?? []).map((rule) => rule.host ?? "").filter((host) => host !== "");
  return hosts.length === 0 ? "*" : firstOf(hosts, 3);
}

function addressText({ status }: networkingv1.Ingress): string {
  return (status?.loadBalancer?.ingress ?? [])
    .map((entry) => entry.ip || entry.hostname || "")
    .filter((entry) => entry !== "")
    .join(",");
}
