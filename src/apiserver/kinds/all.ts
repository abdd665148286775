/** Every built-in kind's strategy, in the order of discovery. */
import type { KubernetesObject } from "../../api/mod.ts";
import type { Strategy } from "../registry/strategy.ts";
import {
  mutatingAdmissionPolicy,
  mutatingAdmissionPolicyBinding,
  validatingAdmissionPolicy,
  validatingAdmissionPolicyBinding,
} from "./admissionregistration/admission-policy.ts";
import {
  mutatingWebhookConfiguration,
  validatingWebhookConfiguration,
} from "./admissionregistration/webhook-configuration.ts";
import { customResourceDefinition } from "./apiextensions/custom-resource-definition.ts";
import { apiService } from "./apiregistration/api-service.ts";
import { controllerRevision } from "./apps/controller-revision.ts";
import { daemonSet } from "./apps/daemon-set.ts";
import { deployment } from "./apps/deployment.ts";
import { replicaSet } from "./apps/replica-set.ts";
import { statefulSet } from "./apps/stateful-set.ts";
import { horizontalPodAutoscaler, horizontalPodAutoscalerV1 } from "./autoscaling/horizontal-pod-autoscaler.ts";
import { cronJob } from "./batch/cron-job.ts";
import { job } from "./batch/job.ts";
import { certificateSigningRequest } from "./certificates/certificate-signing-request.ts";
import { lease } from "./coordination/lease.ts";
import { componentStatus } from "./core/component-status.ts";
import { configMap } from "./core/config-map.ts";
import { withTemplate } from "./core/disabled-features.ts";
import { endpoints } from "./core/endpoints.ts";
import { event, eventV1 } from "./core/event.ts";
import { limitRange } from "./core/limit-range.ts";
import { namespace } from "./core/namespace.ts";
import { node } from "./core/node.ts";
import { persistentVolume } from "./core/persistent-volume.ts";
import { persistentVolumeClaim } from "./core/persistent-volume-claim.ts";
import { pod } from "./core/pod.ts";
import { podTemplate } from "./core/pod-template.ts";
import { replicationController } from "./core/replication-controller.ts";
import { resourceQuota } from "./core/resource-quota.ts";
import { secret } from "./core/secret.ts";
import { service } from "./core/service.ts";
import { serviceAccount } from "./core/service-account.ts";
import { endpointSlice } from "./discovery/endpoint-slice.ts";
import { flowSchema } from "./flowcontrol/flow-schema.ts";
import { priorityLevelConfiguration } from "./flowcontrol/priority-level-configuration.ts";
import { ingress } from "./networking/ingress.ts";
import { ingressClass } from "./networking/ingress-class.ts";
import { ipAddress } from "./networking/ip-address.ts";
import { networkPolicy } from "./networking/network-policy.ts";
import { serviceCIDR } from "./networking/service-cidr.ts";
import { runtimeClass } from "./node/runtime-class.ts";
import { podDisruptionBudget } from "./policy/pod-disruption-budget.ts";
import { clusterRole } from "./rbac/cluster-role.ts";
import { clusterRoleBinding } from "./rbac/cluster-role-binding.ts";
import { role } from "./rbac/role.ts";
import { roleBinding } from "./rbac/role-binding.ts";
import { deviceClass } from "./resource/device-class.ts";
import { resourceClaim, resourceClaimTemplate } from "./resource/resource-claim.ts";
import { resourceSlice } from "./resource/resource-slice.ts";
import { priorityClass } from "./scheduling/priority-class.ts";
import { csiDriver } from "./storage/csi-driver.ts";
import { csiNode } from "./storage/csi-node.ts";
import { csiStorageCapacity } from "./storage/csi-storage-capacity.ts";
import { storageClass } from "./storage/storage-class.ts";
import { volumeAttachment } from "./storage/volume-attachment.ts";
import { volumeAttributesClass } from "./storage/volume-attributes-class.ts";

/** A strategy is only ever given objects of its own resource, so its narrower type is forgotten here. */
function of<T extends KubernetesObject>(strategy: Strategy<T>): Strategy<KubernetesObject> {
  return strategy as unknown as Strategy<KubernetesObject>;
}

export const strategies: readonly Strategy<KubernetesObject>[] = Object.freeze([
  of(componentStatus),
  of(configMap),
  of(endpoints),
  of(event),
  of(limitRange),
  of(namespace),
  of(node),
  of(persistentVolumeClaim),
  of(persistentVolume),
  of(pod),
  of(withTemplate(podTemplate, (object) => object.template)),
  of(withTemplate(replicationController, (object) => object.spec.template)),
  of(resourceQuota),
  of(secret),
  of(serviceAccount),
  of(service),
  of(apiService),
  of(controllerRevision),
  of(withTemplate(daemonSet, (object) => object.spec.template)),
  of(withTemplate(deployment, (object) => object.spec.template)),
  of(withTemplate(replicaSet, (object) => object.spec.template)),
  of(withTemplate(statefulSet, (object) => object.spec.template)),
  of(eventV1),
  of(horizontalPodAutoscaler),
  of(horizontalPodAutoscalerV1),
  of(withTemplate(cronJob, (object) => object.spec.jobTemplate.spec?.template)),
  of(withTemplate(job, (object) => object.spec.template)),
  of(certificateSigningRequest),
  of(ingressClass),
  of(ingress),
  of(ipAddress),
  of(networkPolicy),
  of(serviceCIDR),
  of(podDisruptionBudget),
  of(clusterRoleBinding),
  of(clusterRole),
  of(roleBinding),
  of(role),
  of(csiDriver),
  of(csiNode),
  of(csiStorageCapacity),
  of(storageClass),
  of(volumeAttachment),
  of(volumeAttributesClass),
  of(mutatingAdmissionPolicy),
  of(mutatingAdmissionPolicyBinding),
  of(mutatingWebhookConfiguration),
  of(validatingAdmissionPolicy),
  of(validatingAdmissionPolicyBinding),
  of(validatingWebhookConfiguration),
  of(customResourceDefinition),
  of(priorityClass),
  of(lease),
  of(runtimeClass),
  of(endpointSlice),
  of(deviceClass),
  of(resourceClaim),
  of(resourceClaimTemplate),
  of(resourceSlice),
  of(flowSchema),
  of(priorityLevelConfiguration),
]);
