/** The built-in plugins, in the order in which they run. */
import { resources } from "../api/mod.ts";
import { EndpointResolver } from "../client/mod.ts";
import type { AdmissionContext } from "./context.ts";
import type { AdmissionPlugin } from "./contract.ts";
import {
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
} from "./plugins/certificate-requests.ts";
import { DefaultIngressClass } from "./plugins/default-ingress-class.ts";
import { DefaultStorageClass } from "./plugins/default-storage-class.ts";
import { defaultTolerationSeconds } from "./plugins/default-toleration-seconds.ts";
import { LimitRanger } from "./plugins/limit-ranger.ts";
import { NamespaceLifecycle } from "./plugins/namespace-lifecycle.ts";
import { NodeRestriction } from "./plugins/node-restriction.ts";
import { PersistentVolumeClaimResize } from "./plugins/persistent-volume-claim-resize.ts";
import { PodSecurity } from "./plugins/pod-security.ts";
import { Priority } from "./plugins/priority.ts";
import { ResourceQuota } from "./plugins/resource-quota.ts";
import { RoleEscalation } from "./plugins/role-escalation.ts";
import { RuntimeClass } from "./plugins/runtime-class.ts";
import { ServiceAccount } from "./plugins/service-account.ts";
import { storageObjectInUseProtection } from "./plugins/storage-object-in-use-protection.ts";
import { taintNodesByCondition } from "./plugins/taint-nodes-by-condition.ts";
import { MutatingAdmissionWebhook } from "./webhooks/mutating-webhooks.ts";
import { ValidatingAdmissionWebhook } from "./webhooks/validating-webhooks.ts";

function webhooks({ client, informers }: AdmissionContext): readonly AdmissionPlugin[] {
  const namespaces = { lister: informers.informer(resources.namespaces).lister, client };
  const evaluate = () => {
    throw new Error("match conditions cannot be evaluated");
  };
  const context = { informers, namespaces, evaluate, resolver: new EndpointResolver({ informers }) };
  return [new MutatingAdmissionWebhook(context), new ValidatingAdmissionWebhook(context)];
}

/**
 * Asks the context's informers for what the plugins read: make them before the informers start. Quotas come last, because what they count
 * must not be refused by anyone after them.
 */
export function admissionPlugins(context: AdmissionContext): readonly AdmissionPlugin[] {
  return [
    new NamespaceLifecycle(context),
    new LimitRanger(context),
    new ServiceAccount(context),
    new NodeRestriction(context),
    taintNodesByCondition,
    new PodSecurity(context),
    new Priority(context),
    defaultTolerationSeconds,
    new DefaultStorageClass(context),
    storageObjectInUseProtection,
    new PersistentVolumeClaimResize(context),
    new RuntimeClass(context),
    certificateApproval(context),
    certificateSigning(context),
    certificateSubjectRestriction,
    new DefaultIngressClass(context),
    new RoleEscalation(context),
    ...webhooks(context),
    new ResourceQuota(context),
  ];
}
