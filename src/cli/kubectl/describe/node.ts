import type { coordinationv1, corev1 } from "../../../api/mod.ts";
import type { DescribeContext } from "./context.ts";
import { annotationText, type Line, type Lines, labelText, tableLines, timeText } from "./lines.ts";
import { allocationLines, podLines } from "./node-load.ts";

export async function describeNode(node: corev1.Node, context: DescribeContext): Promise<Lines> {
  const { metadata, spec, status } = node;
  const pods = await context.list<corev1.Pod>("pods", { fieldSelector: `spec.nodeName=${metadata.name}` });
  const running = pods.filter((pod) => pod.status?.phase !== "Succeeded" && pod.status?.phase !== "Failed");
  const fieldSelector = `metadata.name=${metadata.name}`;
  const leases = await context.list<coordinationv1.Lease>("leases", { fieldSelector }, "kube-node-lease");
  return [
    ...headLines(node),
    ...leaseLines(leases[0]),
    ...conditionLines(status?.conditions),
    ["Addresses:"],
    ...(status?.addresses ?? []).map(({ type, address }): Line => [`  ${type}:`, address]),
    ...quantityLines("Capacity:", status?.capacity),
    ...quantityLines("Allocatable:", status?.allocatable),
    ...systemLines(status?.nodeInfo),
    ...(spec.podCIDR ? [["PodCIDR:", spec.podCIDR]] : []),
    ...(spec.podCIDRs?.length ? [["PodCIDRs:", spec.podCIDRs.join(",")]] : []),
    ...(spec.providerID ? [["ProviderID:", spec.providerID]] : []),
    ...(await podLines(running, status?.allocatable ?? {})),
    ...(await allocationLines(running, status?.allocatable ?? {})),
  ];
}

function headLines({ metadata, spec }: corev1.Node): Lines {
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith("node-role.kubernetes.io/"));
  const taint = ({ key, value, effect }: corev1.Taint) => `${key}${value ? `=${value}` : ""}:${effect}`;
  return [
    ["Name:", metadata.name],
    ["Roles:", roles.map((label) => label.split("/")[1]).join(",") || "<none>"],
    ["Labels:", labelText(metadata.labels)],
    ["Annotations:", annotationText(metadata.annotations)],
    ["CreationTimestamp:", timeText(metadata.creationTimestamp)],
    ["Taints:", (spec.taints ?? []).map(taint).join("\n") || "<none>"],
    ["Unschedulable:", String(spec.unschedulable ?? false)],
  ];
}

function leaseLines(lease: coordinationv1.Lease | undefined): Lines {
  if (!lease) return [["Lease:", "Failed to get lease: not found"]];
  const { holderIdentity, acquireTime, renewTime } = lease.spec ?? {};
  return [
    ["Lease:"],
    ["  HolderIdentity:", holderIdentity ?? "<unset>"],
    ["  AcquireTime:", timeText(acquireTime)],
    ["  RenewTime:", timeText(renewTime)],
  ];
}

function conditionLines(conditions: readonly corev1.NodeCondition[] | undefined): Lines {
  if (!conditions?.length) return [];
  const rows = conditions.map(({ type, status, lastHeartbeatTime, lastTransitionTime, reason, message }) => [
    ...[`${type} `, `${status} `, `${timeText(lastHeartbeatTime)} `, `${timeText(lastTransitionTime)} `],
    ...[`${reason ?? ""} `, message ?? ""],
  ]);
  const header = ["Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message"];
  return [["Conditions:"], ...tableLines(header, rows)];
}

const quantityLines = (label: string, map: Readonly<Record<string, string>> = {}): Lines => [
  [label],
  ...Object.keys(map)
    .sort()
    .map((key): Line => [`  ${key}:`, map[key]!]),
];

function systemLines(info: corev1.NodeSystemInfo | undefined): Lines {
  if (!info) return [["System Info:"]];
  return [
    ["System Info:"],
    ["  Machine ID:", info.machineID],
    ["  System UUID:", info.systemUUID],
    ["  Boot ID:", info.bootID],
    ["  Kernel Version:", info.kernelVersion],
    ["  OS Image:", info.osImage],
    ["  Operating System:", info.operatingSystem],
    ["  Architecture:", info.architecture],
    ["  Container Runtime Version:", info.containerRuntimeVersion],
    ["  Kubelet Version:", info.kubeletVersion],
  ];
}
