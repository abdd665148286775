/** The built-in plugins, in the order in which they run. */
import { resources } from "../api/mod.ts";
import { EndpointResolver } from "../client/mod.ts";
import type { AdmissionContext } from "./context.ts";
import type { AdmissionPlugin } from "./contract.ts";
import type { NamespaceSource } from "./matching/selectors.ts";
import { type AdmissionOptions, isEnabled } from "./options.ts";
import { alwaysAdmit, alwaysDeny } from "./plugins/always.ts";
import { alwaysPullImages } from "./plugins/always-pull-images.ts";
import { certificateApproval } from "./plugins/certificate-approval.ts";
import { certificateSigning } from "./plugins/certificate-signing.ts";
import { certificateSubjectRestriction } from "./plugins/certificate-subject-restriction.ts";
import { clusterTrustBundleAttest } from "./plugins/cluster-trust-bundle-attest.ts";
import { DefaultIngressClass } from "./plugins/default-ingress-class.ts";
import { DefaultStorageClass } from "./plugins/default-storage-class.ts";
import { defaultTolerationSeconds } from "./plugins/default-toleration-seconds.ts";
import { denyServiceExternalIPs } from "./plugins/deny-service-external-ips.ts";
import { EventRateLimit } from "./plugins/event-rate-limit.ts";
import { extendedResourceToleration } from "./plugins/extended-resource-toleration.ts";
import { limitPodHardAntiAffinityTopology } from "./plugins/limit-pod-hard-anti-affinity-topology.ts";
import { LimitRanger } from "./plugins/limit-ranger.ts";
import { MutatingAdmissionPolicy } from "./plugins/mutating-admission-policy.ts";
import { NamespaceAutoProvision } from "./plugins/namespace-auto-provision.ts";
import { NamespaceExists } from "./plugins/namespace-exists.ts";
import { NamespaceLifecycle } from "./plugins/namespace-lifecycle.ts";
import { NodeRestriction } from "./plugins/node-restriction.ts";
import { OwnerReferencesPermissionEnforcement } from "./plugins/owner-references-permission-enforcement.ts";
import { PersistentVolumeClaimResize } from "./plugins/persistent-volume-claim-resize.ts";
import { PodNodeSelector } from "./plugins/pod-node-selector.ts";
import { PodSecurity } from "./plugins/pod-security.ts";
import { PodTopologyLabels } from "./plugins/pod-topology-labels.ts";
import { Priority } from "./plugins/priority.ts";
import { ResourceQuota } from "./plugins/resource-quota.ts";
import { RoleEscalation } from "./plugins/role-escalation.ts";
import { RuntimeClass } from "./plugins/runtime-class.ts";
import { ServiceAccount } from "./plugins/service-account.ts";
import { storageObjectInUseProtection } from "./plugins/storage-object-in-use-protection.ts";
import { taintNodesByCondition } from "./plugins/taint-nodes-by-condition.ts";
import { ValidatingAdmissionPolicy } from "./plugins/validating-admission-policy.ts";
import type { PolicyReaders } from "./policies/invocation.ts";
import { ServedKinds } from "./served-kinds.ts";
import { webhookConditions } from "./webhook-conditions.ts";
import type { WebhookContext } from "./webhooks/context.ts";
import { MutatingAdmissionWebhook } from "./webhooks/mutating-webhooks.ts";
import { ValidatingAdmissionWebhook } from "./webhooks/validating-webhooks.ts";

function namespacesOf({ client, informers }: AdmissionContext): NamespaceSource {
  return { lister: informers.informer(resources.namespaces).lister, client };
}

function webhookContext(context: AdmissionContext): WebhookContext {
  const { informers, authorizer, webhooks: observer } = context;
  const namespaces = namespacesOf(context);
  const evaluate = webhookConditions(authorizer);
  const resolver = new EndpointResolver({ informers });
  return { informers, namespaces, evaluate, resolver, ...(observer && { observer }) };
}

function servedKinds({ informers, resources: known }: AdmissionContext): ServedKinds {
  return new ServedKinds(informers, known);
}

function policyReaders(context: AdmissionContext): PolicyReaders {
  return { context, namespaces: namespacesOf(context), kinds: servedKinds(context) };
}

type Row = readonly [name: string, make: (context: AdmissionContext, options: AdmissionOptions) => AdmissionPlugin];

/** Quotas come last, because what they count must not be refused by anyone after them; roles are judged as the last webhook left them. */
const table: readonly Row[] = [
  ["AlwaysAdmit", () => alwaysAdmit],
  ["NamespaceAutoProvision", (context) => new NamespaceAutoProvision(context)],
  ["NamespaceLifecycle", (context) => new NamespaceLifecycle(context)],
  ["NamespaceExists", (context) => new NamespaceExists(context)],
  ["LimitPodHardAntiAffinityTopology", () => limitPodHardAntiAffinityTopology],
  ["LimitRanger", (context) => new LimitRanger(context)],
  ["ServiceAccount", (context) => new ServiceAccount(context)],
  ["NodeRestriction", (context) => new NodeRestriction(context)],
  ["TaintNodesByCondition", () => taintNodesByCondition],
  ["AlwaysPullImages", () => alwaysPullImages],
  ["PodSecurity", (context) => new PodSecurity(context)],
  ["PodNodeSelector", (context, { podNodeSelector }) => new PodNodeSelector(context, podNodeSelector)],
  ["Priority", (context) => new Priority(context)],
  ["DefaultTolerationSeconds", () => defaultTolerationSeconds],
  ["EventRateLimit", ({ clock }, { eventLimits = [] }) => new EventRateLimit(eventLimits, clock)],
  ["ExtendedResourceToleration", () => extendedResourceToleration],
  ["DefaultStorageClass", (context) => new DefaultStorageClass(context)],
  ["StorageObjectInUseProtection", () => storageObjectInUseProtection],
  [
    "OwnerReferencesPermissionEnforcement",
    (context) => new OwnerReferencesPermissionEnforcement(context, servedKinds(context)),
  ],
  ["PersistentVolumeClaimResize", (context) => new PersistentVolumeClaimResize(context)],
  ["RuntimeClass", (context) => new RuntimeClass(context)],
  ["CertificateApproval", certificateApproval],
  ["CertificateSigning", certificateSigning],
  ["ClusterTrustBundleAttest", clusterTrustBundleAttest],
  ["CertificateSubjectRestriction", () => certificateSubjectRestriction],
  ["DefaultIngressClass", (context) => new DefaultIngressClass(context)],
  ["DenyServiceExternalIPs", () => denyServiceExternalIPs],
  ["PodTopologyLabels", (context) => new PodTopologyLabels(context)],
  ["MutatingAdmissionPolicy", (context) => new MutatingAdmissionPolicy(policyReaders(context))],
  ["MutatingAdmissionWebhook", (context) => new MutatingAdmissionWebhook(webhookContext(context))],
  ["RoleEscalation", (context) => new RoleEscalation(context)],
  ["ValidatingAdmissionPolicy", (context) => new ValidatingAdmissionPolicy(policyReaders(context))],
  ["ValidatingAdmissionWebhook", (context) => new ValidatingAdmissionWebhook(webhookContext(context))],
  ["ResourceQuota", (context) => new ResourceQuota(context)],
  ["AlwaysDeny", () => alwaysDeny],
];

/** Asks the context's informers for what the plugins read: make them before the informers start. */
export function admissionPlugins(
  context: AdmissionContext,
  options: AdmissionOptions = {},
): readonly AdmissionPlugin[] {
  return table.filter(([name]) => isEnabled(name, options)).map(([, make]) => make(context, options));
}
