/** Versions of API groups that upstream reads, served or not: managed fields may tell of any of them. As `DeleteOptions` of OpenAPI lists them. */
const versions: Readonly<Record<string, readonly string[]>> = {
  "": ["v1"],
  "admissionregistration.k8s.io": ["v1", "v1alpha1", "v1beta1"],
  "apiextensions.k8s.io": ["v1", "v1beta1"],
  "apiregistration.k8s.io": ["v1", "v1beta1"],
  apps: ["v1", "v1beta1", "v1beta2"],
  autoscaling: ["v1", "v2"],
  batch: ["v1", "v1beta1"],
  "certificates.k8s.io": ["v1", "v1alpha1", "v1beta1"],
  "coordination.k8s.io": ["v1", "v1alpha2", "v1beta1"],
  "discovery.k8s.io": ["v1", "v1beta1"],
  "events.k8s.io": ["v1", "v1beta1"],
  extensions: ["v1beta1"],
  "flowcontrol.apiserver.k8s.io": ["v1", "v1beta1", "v1beta2", "v1beta3"],
  "networking.k8s.io": ["v1", "v1beta1"],
  "node.k8s.io": ["v1", "v1alpha1", "v1beta1"],
  policy: ["v1", "v1beta1"],
  "rbac.authorization.k8s.io": ["v1", "v1alpha1", "v1beta1"],
  "resource.k8s.io": ["v1", "v1alpha3", "v1beta1", "v1beta2"],
  "scheduling.k8s.io": ["v1", "v1alpha2", "v1beta1"],
  "storage.k8s.io": ["v1", "v1alpha1", "v1beta1"],
};

/** Kinds have moved between these groups. */
const formerGroups: Readonly<Record<string, readonly string[]>> = {
  "": ["events.k8s.io"],
  apps: ["extensions"],
  "events.k8s.io": [""],
  "networking.k8s.io": ["extensions"],
  policy: ["extensions"],
};

/** Whether kinds of `group` have, or ever had, this version. Of other groups than Kubernetes' own any version of the group may be one. */
export function isVersionOf(group: string, apiVersion: string): boolean {
  const [version = "", given = ""] = apiVersion.split("/").reverse();
  if (given !== group && !formerGroups[group]?.includes(given)) return false;
  return versions[given]?.includes(version) ?? true;
}
