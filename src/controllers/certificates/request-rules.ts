/** What each built-in signer lets a certificate request ask for. Pure. */

export interface RequestContent {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly addresses: readonly string[];
  /** Electronic mail addresses and URIs. */
  readonly otherNames: readonly string[];
}

export const clientSigner = "kubernetes.io/kube-apiserver-client";
export const kubeletClientSigner = "kubernetes.io/kube-apiserver-client-kubelet";
export const kubeletServingSigner = "kubernetes.io/kubelet-serving";
export const legacySigner = "kubernetes.io/legacy-unknown";
export const signers: ReadonlySet<string> = new Set([
  clientSigner,
  kubeletClientSigner,
  kubeletServingSigner,
  legacySigner,
]);

/** Why the signer refuses; undefined where it does not. */
export function refusalOf(signerName: string, request: RequestContent, usages: readonly string[]): string | undefined {
  switch (signerName) {
    case clientSigner:
      return usageProblem(usages, "client auth");
    case kubeletClientSigner:
      return subjectProblem(request) ?? alternativeProblem(request) ?? usageProblem(usages, "client auth", true);
    case kubeletServingSigner:
      return subjectProblem(request) ?? servingProblem(request) ?? usageProblem(usages, "server auth", true);
    default:
      return undefined;
  }
}

function subjectProblem({ organizations, commonName }: RequestContent): string | undefined {
  if (organizations.length !== 1 || organizations[0] !== "system:nodes") {
    return "subject organization is not system:nodes";
  }
  return commonName.startsWith("system:node:") ? undefined : "subject common name does not begin with system:node: ";
}

function alternativeProblem({ dnsNames, addresses, otherNames }: RequestContent): string | undefined {
  const hasNames = dnsNames.length + addresses.length + otherNames.length > 0;
  return hasNames ? "DNS, IP, email and URI subjectAltNames are not allowed" : undefined;
}

function servingProblem({ dnsNames, addresses, otherNames }: RequestContent): string | undefined {
  if (dnsNames.length + addresses.length === 0) return "DNS or IP subjectAltName is required";
  return otherNames.length > 0 ? "Email and URI subjectAltNames are not allowed" : undefined;
}

/** `digital signature` may stand beside the one purpose and, where `exact`, must; `key encipherment` may always. */
function usageProblem(usages: readonly string[], purpose: string, exact = false): string | undefined {
  const allowed = new Set(["digital signature", "key encipherment", purpose]);
  const required = exact ? ["digital signature", purpose] : [purpose];
  const fits = usages.every((usage) => allowed.has(usage)) && required.every((usage) => usages.includes(usage));
  return fits ? undefined : `usages did not match [${[...allowed].join(" ")}]`;
}
