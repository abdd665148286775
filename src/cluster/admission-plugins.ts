/** The names of admission plugins that a command line may have. */

/** Upstream has them and runs them only where they are named; this server has them not. */
const missing = new Set(["ImagePolicyWebhook", "PodTolerationRestriction"]);

const others = new Set([
  "AlwaysAdmit",
  "AlwaysDeny",
  "AlwaysPullImages",
  "CertificateApproval",
  "CertificateSigning",
  "CertificateSubjectRestriction",
  "ClusterTrustBundleAttest",
  "DefaultIngressClass",
  "DefaultStorageClass",
  "DefaultTolerationSeconds",
  "DenyServiceExternalIPs",
  "EventRateLimit",
  "ExtendedResourceToleration",
  "JobValidation",
  "LimitPodHardAntiAffinityTopology",
  "LimitRanger",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionWebhook",
  "NamespaceAutoProvision",
  "NamespaceExists",
  "NamespaceLifecycle",
  "NodeDeclaredFeatureValidator",
  "NodeRestriction",
  "OwnerReferencesPermissionEnforcement",
  "PersistentVolumeClaimResize",
  "PodGroupProtection",
  "PodGroupWorkloadExists",
  "PodNodeSelector",
  "PodResizeValidator",
  "PodSecurity",
  "PodTopologyLabels",
  "Priority",
  "ResourceQuota",
  "RuntimeClass",
  "ServiceAccount",
  "StorageObjectInUseProtection",
  "TaintNodesByCondition",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionWebhook",
]);

/** What is wrong with `--enable-admission-plugins` and `--disable-admission-plugins`, in upstream's words. */
export function pluginProblems(enable: readonly string[], disable: readonly string[]): string[] {
  const unknown = (flag: string, names: readonly string[]) =>
    names
      .filter((name) => !missing.has(name) && !others.has(name))
      .map((name) => `${flag} plugin ${JSON.stringify(name)} is unknown`);
  const both = enable.filter((name) => disable.includes(name));
  return [
    ...(both.length > 0
      ? [`[${both.join(" ")}] in enable-admission-plugins and disable-admission-plugins overlapped`]
      : []),
    ...unknown("enable-admission-plugins", enable),
    ...unknown("disable-admission-plugins", disable),
    ...enable
      .filter((name) => missing.has(name))
      .map((name) => `enable-admission-plugins plugin ${JSON.stringify(name)} is not supported by Kubets`),
  ];
}
