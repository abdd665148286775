/** The groups of the API that are built in. */
export interface ApiGroupInfo {
  readonly name: string;
  /** Best first. */
  readonly versions: readonly string[];
}

/** The named groups, in the order of discovery; the core group is not among them. */
export const apiGroups: readonly ApiGroupInfo[] = [
  { name: "apiregistration.k8s.io", versions: ["v1"] },
  { name: "apps", versions: ["v1"] },
  { name: "events.k8s.io", versions: ["v1"] },
  { name: "authentication.k8s.io", versions: ["v1"] },
  { name: "authorization.k8s.io", versions: ["v1"] },
  { name: "autoscaling", versions: ["v2", "v1"] },
  { name: "batch", versions: ["v1"] },
  { name: "certificates.k8s.io", versions: ["v1"] },
  { name: "networking.k8s.io", versions: ["v1"] },
  { name: "policy", versions: ["v1"] },
  { name: "rbac.authorization.k8s.io", versions: ["v1"] },
  { name: "storage.k8s.io", versions: ["v1"] },
  { name: "admissionregistration.k8s.io", versions: ["v1"] },
  { name: "apiextensions.k8s.io", versions: ["v1"] },
  { name: "scheduling.k8s.io", versions: ["v1"] },
  { name: "coordination.k8s.io", versions: ["v1"] },
  { name: "node.k8s.io", versions: ["v1"] },
  { name: "discovery.k8s.io", versions: ["v1"] },
  { name: "resource.k8s.io", versions: ["v1"] },
  { name: "flowcontrol.apiserver.k8s.io", versions: ["v1"] },
];
