/** The names of admission plugins that a command line may have. */
import { offByDefault } from "../admission/options.ts";

/** Upstream has them and runs them only where they are named; this server has them not. */
const missing = new Set(["ImagePolicyWebhook", "PodTolerationRestriction"]);

export const optionalPlugins: readonly string[] = [...offByDefault];

export const usualPlugins: readonly string[] = [
  "CertificateApproval",
  "CertificateSigning",
  "CertificateSubjectRestriction",
  "ClusterTrustBundleAttest",
  "DefaultIngressClass",
  "DefaultStorageClass",
  "DefaultTolerationSeconds",
  "JobValidation",
  "LimitRanger",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionWebhook",
  "NamespaceLifecycle",
  "NodeDeclaredFeatureValidator",
  "NodeRestriction",
  "PersistentVolumeClaimResize",
  "PodGroupProtection",
  "PodGroupWorkloadExists",
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
];

const supported: ReadonlySet<string> = new Set([...usualPlugins, ...optionalPlugins]);

/** What is wrong with `--enable-admission-plugins` and `--disable-admission-plugins`, in upstream's words. */
export function pluginProblems(enable: readonly string[], disable: readonly string[]): string[] {
  const unknown = (flag: string, names: readonly string[]) =>
    names
      .filter((name) => !missing.has(name) && !supported.has(name))
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
