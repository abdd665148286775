import { type admissionregistrationv1, resources } from "../../../api/mod.ts";
import type { Strategy, TableColumn } from "../../registry/strategy.ts";
import { ageColumn, integer, nameColumn, text } from "../columns.ts";
import { unset } from "../core/volume-text.ts";
import {
  validateMutatingBinding,
  validateMutatingPolicy,
  validateValidatingBinding,
  validateValidatingPolicy,
  validateValidatingPolicyStatus,
} from "./admission-policy-validation.ts";

type Policy = { readonly spec?: { readonly paramKind?: admissionregistrationv1.ParamKind } };
type Binding = {
  readonly spec?: { readonly policyName?: string; readonly paramRef?: admissionregistrationv1.ParamRef };
};

const paramKindColumn: TableColumn<Policy> = text(
  "ParamKind",
  ({ spec }) => (spec?.paramKind ? `${spec.paramKind.apiVersion}/${spec.paramKind.kind}` : unset),
  { description: "ParamKind specifies the kind of resources used to parameterize this policy" },
);

const bindingColumns: readonly TableColumn<Binding>[] = [
  text("PolicyName", ({ spec }) => spec?.policyName ?? "", {
    description: "PolicyName indicates the policy definition which the policy binding binded to",
  }),
  text("ParamRef", ({ spec }) => paramText(spec?.paramRef), {
    description: "ParamRef indicates the param resource which sets the configuration param",
  }),
];

function paramText(reference: admissionregistrationv1.ParamRef | undefined): string {
  if (!reference) return unset;
  return reference.namespace ? `${reference.namespace}/${reference.name ?? "*"}` : (reference.name ?? "*");
}

export const validatingAdmissionPolicy: Strategy<admissionregistrationv1.ValidatingAdmissionPolicy> = {
  resource: resources.validatingadmissionpolicies,
  hasStatus: true,
  bumpsGeneration: true,
  allowUnconditionalUpdate: false,
  columns: [
    nameColumn,
    integer("Validations", ({ spec }) => spec?.validations?.length ?? 0, {
      description: "Validations indicates the number of validation rules defined in this configuration",
    }),
    paramKindColumn,
    ageColumn,
  ],
  validate: validateValidatingPolicy,
  validateUpdate: (policy, _old, { subresource }) =>
    subresource === "status" ? validateValidatingPolicyStatus(policy) : validateValidatingPolicy(policy),
};

export const validatingAdmissionPolicyBinding: Strategy<admissionregistrationv1.ValidatingAdmissionPolicyBinding> = {
  resource: resources.validatingadmissionpolicybindings,
  bumpsGeneration: true,
  allowUnconditionalUpdate: false,
  columns: [nameColumn, ...bindingColumns, ageColumn],
  validate: validateValidatingBinding,
  validateUpdate: validateValidatingBinding,
};

export const mutatingAdmissionPolicy: Strategy<admissionregistrationv1.MutatingAdmissionPolicy> = {
  resource: resources.mutatingadmissionpolicies,
  bumpsGeneration: true,
  allowUnconditionalUpdate: false,
  columns: [
    nameColumn,
    integer("Mutations", ({ spec }) => spec?.mutations?.length ?? 0, {
      description: "Mutation indicates the number of mutations rules defined in this configuration",
    }),
    paramKindColumn,
    ageColumn,
  ],
  validate: validateMutatingPolicy,
  validateUpdate: validateMutatingPolicy,
};

export const mutatingAdmissionPolicyBinding: Strategy<admissionregistrationv1.MutatingAdmissionPolicyBinding> = {
  resource: resources.mutatingadmissionpolicybindings,
  bumpsGeneration: true,
  allowUnconditionalUpdate: false,
  columns: [nameColumn, ...bindingColumns, ageColumn],
  validate: validateMutatingBinding,
  validateUpdate: validateMutatingBinding,
};
