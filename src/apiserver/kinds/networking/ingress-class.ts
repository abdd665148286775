import { type networkingv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateIngressClass, validateIngressClassUpdate } from "./ingress-validation.ts";

export const ingressClass: Strategy<networkingv1.IngressClass> = {
  resource: resources.ingressclasses,
  bumpsGeneration: true,
  columns: [
    { ...nameColumn, value: nameText },
    text("Controller", ({ spec }) => spec?.controller ?? ""),
    text("Parameters", parametersText),
    ageColumn,
  ],
  validate: validateIngressClass,
  validateUpdate: validateIngressClassUpdate,
};

function nameText({ metadata }: { metadata: networkingv1.IngressClass["metadata"] }): string {
  const isDefault = metadata.annotations?.["ingressclass.kubernetes.io/is-default-class"] === "true";
  return isDefault ? `${metadata.name} (default)` : metadata.name;
}

function parametersText({ spec }: networkingv1.IngressClass): string {
  const parameters = spec?.parameters;
  if (!parameters) return "<none>";
  const group = parameters.apiGroup ? `.${parameters.apiGroup}` : "";
  return `${parameters.kind}${group}/${parameters.name}`;
}
