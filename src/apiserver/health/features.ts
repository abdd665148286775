/** Upstream's features that are there in this server, by the stage that they have in this release. */
import type { Registry } from "prom-client";
import { GaugeFamily } from "../metrics/families.ts";

const stable = `
  AnonymousAuthConfigurableEndpoints AuthorizeNodeWithSelectors AuthorizeWithSelectors BtreeWatchCache
  CRDValidationRatcheting ConsistentListFromCache CustomResourceFieldSelectors MultiCIDRServiceAllocator
  MutatingAdmissionPolicy OrderedNamespaceDeletion PodObservedGenerationTracking PodSchedulingReadiness
  RecoverVolumeExpansionFailure RetryGenerateName ServiceAccountTokenJTI ServiceAccountTokenNodeBinding
  ServiceAccountTokenNodeBindingValidation ServiceAccountTokenPodNodeInfo SidecarContainers
  StructuredAuthenticationConfiguration APIServerTracing
`;
const beta = `
  APIResponseCompression APIServerIdentity AuthorizePodWebsocketUpgradeCreatePermission
  CRDObservedGenerationTracking ComponentFlagz ComponentStatusz ConstrainedImpersonation ListFromCacheSnapshot
  OpenAPIEnums PodTopologyLabelsAdmission RemoteRequestHeaderUID StorageVersionHash
  TokenRequestServiceAccountUIDValidation WatchList
`;

const namesIn = (text: string): readonly string[] => text.match(/\w+/g) ?? [];

export function addFeatureMetrics(registry: Registry): void {
  const enabled = new GaugeFamily(registry, {
    name: "kubernetes_feature_enabled",
    help: "1 for each feature that is there.",
    labelNames: ["name", "stage"],
  });
  for (const name of namesIn(stable)) enabled.labelled(name, "").set(1);
  for (const name of namesIn(beta)) enabled.labelled(name, "BETA").set(1);
}
