/** Every resource that the API serves, in the order of discovery. A table, so it is long. */
import * as admissionregistrationv1 from "./admissionregistration/v1.ts";
import * as apiextensionsv1 from "./apiextensions/v1.ts";
import * as apiregistrationv1 from "./apiregistration/v1.ts";
import * as appsv1 from "./apps/v1.ts";
import * as authenticationv1 from "./authentication/v1.ts";
import * as authorizationv1 from "./authorization/v1.ts";
import * as autoscalingv1 from "./autoscaling/v1.ts";
import * as autoscalingv2 from "./autoscaling/v2.ts";
import * as batchv1 from "./batch/v1.ts";
import * as certificatesv1 from "./certificates/v1.ts";
import * as coordinationv1 from "./coordination/v1.ts";
import * as corev1 from "./core/v1.ts";
import * as discoveryv1 from "./discovery/v1.ts";
import * as eventsv1 from "./events/v1.ts";
import * as flowcontrolv1 from "./flowcontrol/v1.ts";
import * as networkingv1 from "./networking/v1.ts";
import * as nodev1 from "./node/v1.ts";
import type { KubernetesObject } from "./object.ts";
import * as policyv1 from "./policy/v1.ts";
import * as rbacv1 from "./rbac/v1.ts";
import * as resourcev1 from "./resource/v1.ts";
import { connection, ownSubresource, type ResourceInfo, resource } from "./resource.ts";
import { ResourceCatalogue } from "./resource-catalogue.ts";
import * as schedulingv1 from "./scheduling/v1.ts";
import * as storagev1 from "./storage/v1.ts";

export const resources = {
  bindings: resource<corev1.Binding>(corev1.binding, "bindings", { verbs: ["create"] }),
  componentstatuses: resource<corev1.ComponentStatus>(corev1.componentStatus, "componentstatuses", {
    list: corev1.componentStatusList,
    clusterWide: true,
    verbs: ["get", "list"],
    shortNames: ["cs"],
  }),
  configmaps: resource<corev1.ConfigMap>(corev1.configMap, "configmaps", {
    list: corev1.configMapList,
    shortNames: ["cm"],
  }),
  endpoints: resource<corev1.Endpoints>(corev1.endpoints, "endpoints", {
    list: corev1.endpointsList,
    shortNames: ["ep"],
  }),
  events: resource<corev1.Event>(corev1.event, "events", { list: corev1.eventList, shortNames: ["ev"] }),
  limitranges: resource<corev1.LimitRange>(corev1.limitRange, "limitranges", {
    list: corev1.limitRangeList,
    shortNames: ["limits"],
  }),
  namespaces: resource<corev1.Namespace>(corev1.namespace, "namespaces", {
    list: corev1.namespaceList,
    clusterWide: true,
    verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
    shortNames: ["ns"],
    subresources: [ownSubresource(corev1.namespace, "finalize", ["update"])],
    status: true,
  }),
  nodes: resource<corev1.Node>(corev1.node, "nodes", {
    list: corev1.nodeList,
    clusterWide: true,
    shortNames: ["no"],
    subresources: [connection("proxy", "NodeProxyOptions", ["create", "delete", "get", "patch", "update"])],
    status: true,
  }),
  persistentvolumeclaims: resource<corev1.PersistentVolumeClaim>(
    corev1.persistentVolumeClaim,
    "persistentvolumeclaims",
    { list: corev1.persistentVolumeClaimList, shortNames: ["pvc"], status: true },
  ),
  persistentvolumes: resource<corev1.PersistentVolume>(corev1.persistentVolume, "persistentvolumes", {
    list: corev1.persistentVolumeList,
    clusterWide: true,
    shortNames: ["pv"],
    status: true,
  }),
  pods: resource<corev1.Pod>(corev1.pod, "pods", {
    list: corev1.podList,
    shortNames: ["po"],
    categories: ["all"],
    subresources: [
      connection("attach", "PodAttachOptions", ["create", "get"]),
      ownSubresource(corev1.binding, "binding", ["create"]),
      ownSubresource(corev1.pod, "ephemeralcontainers"),
      ownSubresource(policyv1.eviction, "eviction", ["create"]),
      connection("exec", "PodExecOptions", ["create", "get"]),
      connection("log", "Pod", ["get"]),
      connection("portforward", "PodPortForwardOptions", ["create", "get"]),
      connection("proxy", "PodProxyOptions", ["create", "delete", "get", "patch", "update"]),
      ownSubresource(corev1.pod, "resize"),
    ],
    status: true,
  }),
  podtemplates: resource<corev1.PodTemplate>(corev1.podTemplate, "podtemplates", { list: corev1.podTemplateList }),
  replicationcontrollers: resource<corev1.ReplicationController>(
    corev1.replicationController,
    "replicationcontrollers",
    {
      list: corev1.replicationControllerList,
      shortNames: ["rc"],
      categories: ["all"],
      subresources: [ownSubresource(autoscalingv1.scale, "scale")],
      status: true,
    },
  ),
  resourcequotas: resource<corev1.ResourceQuota>(corev1.resourceQuota, "resourcequotas", {
    list: corev1.resourceQuotaList,
    shortNames: ["quota"],
    status: true,
  }),
  secrets: resource<corev1.Secret>(corev1.secret, "secrets", { list: corev1.secretList }),
  serviceaccounts: resource<corev1.ServiceAccount>(corev1.serviceAccount, "serviceaccounts", {
    list: corev1.serviceAccountList,
    shortNames: ["sa"],
    subresources: [ownSubresource(authenticationv1.tokenRequest, "token", ["create"])],
  }),
  services: resource<corev1.Service>(corev1.service, "services", {
    list: corev1.serviceList,
    shortNames: ["svc"],
    categories: ["all"],
    subresources: [connection("proxy", "ServiceProxyOptions", ["create", "delete", "get", "patch", "update"])],
    status: true,
  }),

  apiservices: resource<apiregistrationv1.APIService>(apiregistrationv1.apiService, "apiservices", {
    list: apiregistrationv1.apiServiceList,
    clusterWide: true,
    categories: ["api-extensions"],
    status: true,
  }),

  controllerrevisions: resource<appsv1.ControllerRevision>(appsv1.controllerRevision, "controllerrevisions", {
    list: appsv1.controllerRevisionList,
  }),
  daemonsets: resource<appsv1.DaemonSet>(appsv1.daemonSet, "daemonsets", {
    list: appsv1.daemonSetList,
    shortNames: ["ds"],
    categories: ["all"],
    status: true,
  }),
  deployments: resource<appsv1.Deployment>(appsv1.deployment, "deployments", {
    list: appsv1.deploymentList,
    shortNames: ["deploy"],
    categories: ["all"],
    subresources: [ownSubresource(autoscalingv1.scale, "scale")],
    status: true,
  }),
  replicasets: resource<appsv1.ReplicaSet>(appsv1.replicaSet, "replicasets", {
    list: appsv1.replicaSetList,
    shortNames: ["rs"],
    categories: ["all"],
    subresources: [ownSubresource(autoscalingv1.scale, "scale")],
    status: true,
  }),
  statefulsets: resource<appsv1.StatefulSet>(appsv1.statefulSet, "statefulsets", {
    list: appsv1.statefulSetList,
    shortNames: ["sts"],
    categories: ["all"],
    subresources: [ownSubresource(autoscalingv1.scale, "scale")],
    status: true,
  }),

  eventsV1: resource<eventsv1.Event>(eventsv1.event, "events", { list: eventsv1.eventList, shortNames: ["ev"] }),

  selfsubjectreviews: resource<authenticationv1.SelfSubjectReview>(
    authenticationv1.selfSubjectReview,
    "selfsubjectreviews",
    { clusterWide: true, verbs: ["create"] },
  ),
  tokenreviews: resource<authenticationv1.TokenReview>(authenticationv1.tokenReview, "tokenreviews", {
    clusterWide: true,
    verbs: ["create"],
  }),

  localsubjectaccessreviews: resource<authorizationv1.LocalSubjectAccessReview>(
    authorizationv1.localSubjectAccessReview,
    "localsubjectaccessreviews",
    { verbs: ["create"] },
  ),
  selfsubjectaccessreviews: resource<authorizationv1.SelfSubjectAccessReview>(
    authorizationv1.selfSubjectAccessReview,
    "selfsubjectaccessreviews",
    { clusterWide: true, verbs: ["create"] },
  ),
  selfsubjectrulesreviews: resource<authorizationv1.SelfSubjectRulesReview>(
    authorizationv1.selfSubjectRulesReview,
    "selfsubjectrulesreviews",
    { clusterWide: true, verbs: ["create"] },
  ),
  subjectaccessreviews: resource<authorizationv1.SubjectAccessReview>(
    authorizationv1.subjectAccessReview,
    "subjectaccessreviews",
    { clusterWide: true, verbs: ["create"] },
  ),

  horizontalpodautoscalers: resource<autoscalingv2.HorizontalPodAutoscaler>(
    autoscalingv2.horizontalPodAutoscaler,
    "horizontalpodautoscalers",
    { list: autoscalingv2.horizontalPodAutoscalerList, shortNames: ["hpa"], categories: ["all"], status: true },
  ),

  horizontalpodautoscalersV1: resource<autoscalingv1.HorizontalPodAutoscaler>(
    autoscalingv1.horizontalPodAutoscaler,
    "horizontalpodautoscalers",
    { list: autoscalingv1.horizontalPodAutoscalerList, shortNames: ["hpa"], categories: ["all"], status: true },
  ),

  cronjobs: resource<batchv1.CronJob>(batchv1.cronJob, "cronjobs", {
    list: batchv1.cronJobList,
    shortNames: ["cj"],
    categories: ["all"],
    status: true,
  }),
  jobs: resource<batchv1.Job>(batchv1.job, "jobs", { list: batchv1.jobList, categories: ["all"], status: true }),

  certificatesigningrequests: resource<certificatesv1.CertificateSigningRequest>(
    certificatesv1.certificateSigningRequest,
    "certificatesigningrequests",
    {
      list: certificatesv1.certificateSigningRequestList,
      clusterWide: true,
      shortNames: ["csr"],
      subresources: [ownSubresource(certificatesv1.certificateSigningRequest, "approval")],
      status: true,
    },
  ),

  ingressclasses: resource<networkingv1.IngressClass>(networkingv1.ingressClass, "ingressclasses", {
    list: networkingv1.ingressClassList,
    clusterWide: true,
  }),
  ingresses: resource<networkingv1.Ingress>(networkingv1.ingress, "ingresses", {
    list: networkingv1.ingressList,
    shortNames: ["ing"],
    status: true,
  }),
  ipaddresses: resource<networkingv1.IPAddress>(networkingv1.ipAddress, "ipaddresses", {
    list: networkingv1.ipAddressList,
    clusterWide: true,
    shortNames: ["ip"],
  }),
  networkpolicies: resource<networkingv1.NetworkPolicy>(networkingv1.networkPolicy, "networkpolicies", {
    list: networkingv1.networkPolicyList,
    shortNames: ["netpol"],
  }),
  servicecidrs: resource<networkingv1.ServiceCIDR>(networkingv1.serviceCIDR, "servicecidrs", {
    list: networkingv1.serviceCIDRList,
    clusterWide: true,
    status: true,
  }),

  poddisruptionbudgets: resource<policyv1.PodDisruptionBudget>(policyv1.podDisruptionBudget, "poddisruptionbudgets", {
    list: policyv1.podDisruptionBudgetList,
    shortNames: ["pdb"],
    status: true,
  }),

  clusterrolebindings: resource<rbacv1.ClusterRoleBinding>(rbacv1.clusterRoleBinding, "clusterrolebindings", {
    list: rbacv1.clusterRoleBindingList,
    clusterWide: true,
  }),
  clusterroles: resource<rbacv1.ClusterRole>(rbacv1.clusterRole, "clusterroles", {
    list: rbacv1.clusterRoleList,
    clusterWide: true,
  }),
  rolebindings: resource<rbacv1.RoleBinding>(rbacv1.roleBinding, "rolebindings", { list: rbacv1.roleBindingList }),
  roles: resource<rbacv1.Role>(rbacv1.role, "roles", { list: rbacv1.roleList }),

  csidrivers: resource<storagev1.CSIDriver>(storagev1.csiDriver, "csidrivers", {
    list: storagev1.csiDriverList,
    clusterWide: true,
  }),
  csinodes: resource<storagev1.CSINode>(storagev1.csiNode, "csinodes", {
    list: storagev1.csiNodeList,
    clusterWide: true,
  }),
  csistoragecapacities: resource<storagev1.CSIStorageCapacity>(storagev1.csiStorageCapacity, "csistoragecapacities", {
    list: storagev1.csiStorageCapacityList,
  }),
  storageclasses: resource<storagev1.StorageClass>(storagev1.storageClass, "storageclasses", {
    list: storagev1.storageClassList,
    clusterWide: true,
    shortNames: ["sc"],
  }),
  volumeattachments: resource<storagev1.VolumeAttachment>(storagev1.volumeAttachment, "volumeattachments", {
    list: storagev1.volumeAttachmentList,
    clusterWide: true,
    status: true,
  }),
  volumeattributesclasses: resource<storagev1.VolumeAttributesClass>(
    storagev1.volumeAttributesClass,
    "volumeattributesclasses",
    { list: storagev1.volumeAttributesClassList, clusterWide: true, shortNames: ["vac"] },
  ),

  mutatingadmissionpolicies: resource<admissionregistrationv1.MutatingAdmissionPolicy>(
    admissionregistrationv1.mutatingAdmissionPolicy,
    "mutatingadmissionpolicies",
    { list: admissionregistrationv1.mutatingAdmissionPolicyList, clusterWide: true, categories: ["api-extensions"] },
  ),
  mutatingadmissionpolicybindings: resource<admissionregistrationv1.MutatingAdmissionPolicyBinding>(
    admissionregistrationv1.mutatingAdmissionPolicyBinding,
    "mutatingadmissionpolicybindings",
    {
      list: admissionregistrationv1.mutatingAdmissionPolicyBindingList,
      clusterWide: true,
      categories: ["api-extensions"],
    },
  ),
  mutatingwebhookconfigurations: resource<admissionregistrationv1.MutatingWebhookConfiguration>(
    admissionregistrationv1.mutatingWebhookConfiguration,
    "mutatingwebhookconfigurations",
    {
      list: admissionregistrationv1.mutatingWebhookConfigurationList,
      clusterWide: true,
      categories: ["api-extensions"],
    },
  ),
  validatingadmissionpolicies: resource<admissionregistrationv1.ValidatingAdmissionPolicy>(
    admissionregistrationv1.validatingAdmissionPolicy,
    "validatingadmissionpolicies",
    {
      list: admissionregistrationv1.validatingAdmissionPolicyList,
      clusterWide: true,
      categories: ["api-extensions"],
      status: true,
    },
  ),
  validatingadmissionpolicybindings: resource<admissionregistrationv1.ValidatingAdmissionPolicyBinding>(
    admissionregistrationv1.validatingAdmissionPolicyBinding,
    "validatingadmissionpolicybindings",
    {
      list: admissionregistrationv1.validatingAdmissionPolicyBindingList,
      clusterWide: true,
      categories: ["api-extensions"],
    },
  ),
  validatingwebhookconfigurations: resource<admissionregistrationv1.ValidatingWebhookConfiguration>(
    admissionregistrationv1.validatingWebhookConfiguration,
    "validatingwebhookconfigurations",
    {
      list: admissionregistrationv1.validatingWebhookConfigurationList,
      clusterWide: true,
      categories: ["api-extensions"],
    },
  ),

  customresourcedefinitions: resource<apiextensionsv1.CustomResourceDefinition>(
    apiextensionsv1.customResourceDefinition,
    "customresourcedefinitions",
    {
      list: apiextensionsv1.customResourceDefinitionList,
      clusterWide: true,
      shortNames: ["crd", "crds"],
      categories: ["api-extensions"],
      status: true,
    },
  ),

  priorityclasses: resource<schedulingv1.PriorityClass>(schedulingv1.priorityClass, "priorityclasses", {
    list: schedulingv1.priorityClassList,
    clusterWide: true,
    shortNames: ["pc"],
  }),

  leases: resource<coordinationv1.Lease>(coordinationv1.lease, "leases", { list: coordinationv1.leaseList }),

  runtimeclasses: resource<nodev1.RuntimeClass>(nodev1.runtimeClass, "runtimeclasses", {
    list: nodev1.runtimeClassList,
    clusterWide: true,
  }),

  endpointslices: resource<discoveryv1.EndpointSlice>(discoveryv1.endpointSlice, "endpointslices", {
    list: discoveryv1.endpointSliceList,
  }),

  deviceclasses: resource<resourcev1.DeviceClass>(resourcev1.deviceClass, "deviceclasses", {
    list: resourcev1.deviceClassList,
    clusterWide: true,
  }),
  resourceclaims: resource<resourcev1.ResourceClaim>(resourcev1.resourceClaim, "resourceclaims", {
    list: resourcev1.resourceClaimList,
    status: true,
  }),
  resourceclaimtemplates: resource<resourcev1.ResourceClaimTemplate>(
    resourcev1.resourceClaimTemplate,
    "resourceclaimtemplates",
    { list: resourcev1.resourceClaimTemplateList },
  ),
  resourceslices: resource<resourcev1.ResourceSlice>(resourcev1.resourceSlice, "resourceslices", {
    list: resourcev1.resourceSliceList,
    clusterWide: true,
  }),

  flowschemas: resource<flowcontrolv1.FlowSchema>(flowcontrolv1.flowSchema, "flowschemas", {
    list: flowcontrolv1.flowSchemaList,
    clusterWide: true,
    status: true,
  }),
  prioritylevelconfigurations: resource<flowcontrolv1.PriorityLevelConfiguration>(
    flowcontrolv1.priorityLevelConfiguration,
    "prioritylevelconfigurations",
    { list: flowcontrolv1.priorityLevelConfigurationList, clusterWide: true, status: true },
  ),
} as const;

export const allResources: readonly ResourceInfo<KubernetesObject>[] = Object.values(resources);

/** Every resource of the table above. A server that serves more makes a catalogue `with` them. */
export const builtInResources = new ResourceCatalogue(allResources);
