/** The node's options in the form of upstream's KubeletConfiguration, as `/configz` of the node API shows them: what is in force, and no more. */
import type { NodeAgentOptions } from "./options.ts";

export const defaultMaximumPods = 110;

type Shown = Pick<NodeAgentOptions, "dns" | "serving" | "cgroupRoot" | "maximumPods" | "resolverFile">;

/** `asks`: the API server about callers that the node does not know. */
export function nodeConfiguration(options: Shown, asks: boolean): Readonly<Record<string, unknown>> {
  const { dns, serving, cgroupRoot = "/", maximumPods = defaultMaximumPods, resolverFile } = options;
  return {
    kind: "KubeletConfiguration",
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    enableServer: serving !== undefined,
    ...(serving && { address: serving.address, port: serving.port }),
    authentication: { x509: {}, webhook: { enabled: asks }, anonymous: { enabled: false } },
    ...(asks && { authorization: { mode: "Webhook" } }),
    clusterDomain: dns.clusterDomain,
    clusterDNS: dns.clusterDns,
    nodeStatusUpdateFrequency: "10s",
    nodeStatusReportFrequency: "5m0s",
    nodeLeaseDurationSeconds: 40,
    imageMinimumGCAge: "2m0s",
    imageGCHighThresholdPercent: 85,
    imageGCLowThresholdPercent: 80,
    cgroupRoot,
    cgroupDriver: "cgroupfs",
    maxPods: maximumPods,
    resolvConf: resolverFile ?? "/etc/resolv.conf",
    containerLogMaxSize: "10Mi",
    containerLogMaxFiles: 5,
  };
}
