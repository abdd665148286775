/** Every controller, in the order in which they are started. The composition root makes each from the same options. */
import type { ResourceCatalogue } from "../api/mod.ts";
import type { Component, ComponentContext } from "../client/mod.ts";
import { BootstrapSigner } from "./bootstrap/bootstrap-signer.ts";
import { TokenCleaner } from "./bootstrap/token-cleaner.ts";
import { CertificateApprovingController } from "./certificates/approving-controller.ts";
import { CertificateCleaningController } from "./certificates/cleaning-controller.ts";
import { CertificateSigningController, type RequestSigner } from "./certificates/signing-controller.ts";
import { ClusterRoleAggregationController } from "./cluster-role-aggregation.ts";
import { CronJobController } from "./cron-job/cron-job-controller.ts";
import { DaemonSetController } from "./daemon-set/daemon-set-controller.ts";
import { DeploymentController } from "./deployment/deployment-controller.ts";
import { DisruptionController } from "./disruption/disruption-controller.ts";
import { EndpointSliceController } from "./endpoint-slice/endpoint-slice-controller.ts";
import { EndpointSliceMirroringController } from "./endpoint-slice/mirroring-controller.ts";
import { EndpointsController } from "./endpoints/endpoints-controller.ts";
import { EphemeralVolumeController } from "./ephemeral-volume.ts";
import { GarbageCollector } from "./garbage-collector/garbage-collector.ts";
import { JobController } from "./job/job-controller.ts";
import { LegacyTokenCleaner } from "./legacy-token-cleaner.ts";
import { NamespaceController } from "./namespace/namespace-controller.ts";
import type { HealthOptions } from "./node-lifecycle/health.ts";
import { NodeLifecycleController } from "./node-lifecycle/node-lifecycle-controller.ts";
import { NodeTtlController } from "./node-ttl.ts";
import { PersistentVolumeBinder } from "./persistent-volume/binder.ts";
import {
  ClaimProtectionController,
  ClassProtectionController,
  VolumeProtectionController,
} from "./persistent-volume/protection.ts";
import { PodGarbageCollector } from "./pod-garbage-collector.ts";
import { ReplicaController } from "./replica-set/replica-controller.ts";
import { replicaSetKind, replicationControllerKind } from "./replica-set/replicated.ts";
import { ResourceQuotaController } from "./resource-quota/resource-quota-controller.ts";
import type { QuotaRules } from "./resource-quota/used-amounts.ts";
import { RootCaPublisher } from "./root-ca-publisher.ts";
import { ServiceAccountController } from "./service-account.ts";
import { ServiceAccountTokenController, type ServiceAccountTokenOptions } from "./service-account-token.ts";
import { ServiceCidrController } from "./service-cidr.ts";
import { StatefulSetController } from "./stateful-set/stateful-set-controller.ts";
import { TaintEvictionController } from "./taint-eviction.ts";
import { TtlAfterFinishedController } from "./ttl-after-finished.ts";
import {
  PolicyStatusController,
  type PolicyTypeWarnings,
} from "./validating-admission-policy-status/policy-status-controller.ts";

export interface ControllersOptions {
  /** PEM of the authority that signed the API server's certificate. */
  readonly rootCertificate: string;
  /** Signs the certificates that are asked for through the API: the cluster's own authority. */
  readonly requestSigner: RequestSigner;
  /** Answers a service account's token that lives as long as its Secret. */
  readonly issueSecretToken: ServiceAccountTokenOptions["issueSecretToken"];
  /** By which admission counts what objects take of a quota. */
  readonly quotaRules: QuotaRules;
  /** By which admission reads a policy's expressions. */
  readonly policyTypeWarnings: PolicyTypeWarnings;
  /** How long a node may be silent. */
  readonly nodeHealth?: HealthOptions;
  /** Keys that each controller works on at a time. Default: each one's own. */
  readonly workers?: number;
  /** What the API server declares itself. Default: what is built in. */
  readonly resources?: ResourceCatalogue;
}

export interface ControllerEntry {
  readonly name: string;
  create(context: ComponentContext, options: ControllersOptions): Component;
}

export const controllers: readonly ControllerEntry[] = [
  entry("serviceaccount", (options, context) => new ServiceAccountController(options, context)),
  entry("serviceaccount-token", (options, context) => new ServiceAccountTokenController(options, context)),
  entry("root-ca-certificate-publisher", (options, context) => new RootCaPublisher(options, context)),
  entry("clusterrole-aggregation", (options, context) => new ClusterRoleAggregationController(options, context)),
  entry("namespace", (options, context) => new NamespaceController(options, context)),
  entry("replicaset", (options, context) => new ReplicaController(replicaSetKind, options, context)),
  entry(
    "replicationcontroller",
    (options, context) => new ReplicaController(replicationControllerKind, options, context),
  ),
  entry("deployment", (options, context) => new DeploymentController(options, context)),
  entry("statefulset", (options, context) => new StatefulSetController(options, context)),
  entry("daemonset", (options, context) => new DaemonSetController(options, context)),
  entry("job", (options, context) => new JobController(options, context)),
  entry("cronjob", (options, context) => new CronJobController(options, context)),
  entry("endpoints", (options, context) => new EndpointsController(options, context)),
  entry("endpointslice", (options, context) => new EndpointSliceController(options, context)),
  entry("endpointslice-mirroring", (options, context) => new EndpointSliceMirroringController(options, context)),
  entry("service-cidr", (options, context) => new ServiceCidrController(options, context)),
  entry("disruption", (options, context) => new DisruptionController(options, context)),
  entry("resourcequota", (options, context) => new ResourceQuotaController(options, context)),
  entry("node-lifecycle", (options, context) => new NodeLifecycleController(options, context)),
  entry("ttl", (options, context) => new NodeTtlController(options, context)),
  entry("taint-eviction", (options, context) => new TaintEvictionController(options, context)),
  entry("pod-garbage-collector", (options, context) => new PodGarbageCollector(options, context)),
  entry("ttl-after-finished", (options, context) => new TtlAfterFinishedController(options, context)),
  entry("persistentvolume-binder", (options, context) => new PersistentVolumeBinder(options, context)),
  entry("persistentvolumeclaim-protection", (options, context) => new ClaimProtectionController(options, context)),
  entry("persistentvolume-protection", (options, context) => new VolumeProtectionController(options, context)),
  entry("volumeattributesclass-protection", (options, context) => new ClassProtectionController(options, context)),
  entry("ephemeral-volume", (options, context) => new EphemeralVolumeController(options, context)),
  entry(
    "certificatesigningrequest-approving",
    (options, context) => new CertificateApprovingController(options, context),
  ),
  entry("certificatesigningrequest-signing", (options, context) => new CertificateSigningController(options, context)),
  entry("certificatesigningrequest-cleaner", (options, context) => new CertificateCleaningController(options, context)),
  entry("legacy-serviceaccount-token-cleaner", (options, context) => new LegacyTokenCleaner(options, context)),
  entry("token-cleaner", (options, context) => new TokenCleaner(options, context)),
  entry("bootstrap-signer", (options, context) => new BootstrapSigner(options, context)),
  entry("validatingadmissionpolicy-status", (options, context) => new PolicyStatusController(options, context)),
  entry("garbagecollector", (options, context) => new GarbageCollector(options, context)),
];

function entry(
  name: string,
  create: (options: ControllersOptions, context: ComponentContext) => Component,
): ControllerEntry {
  return { name: `${name}-controller`, create: (context, options) => create(options, context) };
}
