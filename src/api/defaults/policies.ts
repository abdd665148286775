/** Defaults of who may do what: roles, admission, flow control, API services, custom resource definitions. */
import { matchResources, rule } from "../admissionregistration/v1/match.ts";
import { mutatingAdmissionPolicySpec, validatingAdmissionPolicySpec } from "../admissionregistration/v1/policy.ts";
import { mutatingWebhook, serviceReference, validatingWebhook } from "../admissionregistration/v1/webhook.ts";
import {
  serviceReference as conversionService,
  customResourceDefinitionSpec,
} from "../apiextensions/v1/custom-resource-definition.ts";
import { serviceReference as apiServiceReference } from "../apiregistration/v1/api-service.ts";
import { tokenRequestSpec } from "../authentication/v1/authentication.ts";
import { flowSchemaSpec } from "../flowcontrol/v1/flow-schema.ts";
import {
  exemptPriorityLevelConfiguration,
  limitedPriorityLevelConfiguration,
  queuingConfiguration,
} from "../flowcontrol/v1/priority-level-configuration.ts";
import { roleRef, subject } from "../rbac/v1/rbac.ts";
import { defaultsOf } from "./rules.ts";

const rbacGroup = "rbac.authorization.k8s.io";

export const policyDefaults = [
  defaultsOf(roleRef, (reference) => {
    reference.apiGroup ||= rbacGroup;
  }),
  defaultsOf(subject, (object) => {
    if (object.kind === "User" || object.kind === "Group") object.apiGroup ??= rbacGroup;
  }),
  defaultsOf(mutatingWebhook, (webhook) => {
    setWebhook(webhook);
    webhook.reinvocationPolicy ??= "Never";
  }),
  defaultsOf(validatingWebhook, setWebhook),
  defaultsOf(rule, (object) => {
    object.scope ??= "*";
  }),
  defaultsOf(serviceReference, setPort),
  defaultsOf(conversionService, setPort),
  defaultsOf(apiServiceReference, setPort),
  defaultsOf(matchResources, (match) => {
    match.matchPolicy ??= "Equivalent";
    match.namespaceSelector ??= {};
    match.objectSelector ??= {};
  }),
  defaultsOf(validatingAdmissionPolicySpec, (spec) => {
    spec.failurePolicy ??= "Fail";
  }),
  defaultsOf(mutatingAdmissionPolicySpec, (spec) => {
    spec.failurePolicy ??= "Fail";
  }),
  defaultsOf(customResourceDefinitionSpec, (spec) => {
    spec.names.singular ??= spec.names.kind.toLowerCase();
    if (spec.names.kind) spec.names.listKind ??= `${spec.names.kind}List`;
    spec.conversion ??= { strategy: "None" };
  }),
  defaultsOf(tokenRequestSpec, (spec) => {
    spec.expirationSeconds ??= 3600;
  }),
  defaultsOf(flowSchemaSpec, (spec) => {
    spec.matchingPrecedence ||= 1000;
  }),
  defaultsOf(limitedPriorityLevelConfiguration, (limited) => {
    limited.nominalConcurrencyShares ??= 30;
    limited.lendablePercent ??= 0;
  }),
  defaultsOf(exemptPriorityLevelConfiguration, (exempt) => {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }),
  defaultsOf(queuingConfiguration, (queuing) => {
    queuing.queues ||= 64;
    queuing.handSize ||= 8;
    queuing.queueLengthLimit ||= 50;
  }),
];

interface Webhook {
  failurePolicy?: string;
  matchPolicy?: string;
  namespaceSelector?: object;
  objectSelector?: object;
  timeoutSeconds?: number;
}

function setWebhook(webhook: Webhook): void {
  webhook.failurePolicy ??= "Fail";
  webhook.matchPolicy ??= "Equivalent";
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
}

function setPort(reference: { port?: number }): void {
  reference.port ??= 443;
}
