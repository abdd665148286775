import type { corev1 } from "../../../api/mod.ts";
import type { DescribeContext } from "./context.ts";
import { annotationText, type Line, type Lines, labelText, timeText } from "./lines.ts";

export async function describeNode(node: corev1.Node, context: DescribeContext): Promise<Lines> {
  const { metadata, spec, status } = node;
  const pods = await context.list<corev1.Pod>("pods", { fieldSelector: `spec.nodeName=${metadata.name}` });
  const running = pods.filter((pod) => pod.status?.phase !== "Succeeded" && pod.status?.phase !== "Failed");
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith("node-role.kubernetes.io/"));
  const info = status?.nodeInfo;
  return [
    ["Name:", metadata.name],
    ["Roles:", roles.map((label) => label.split("/")[1]).join(",") || "<none>"],
    ["Labels:", labelText(metadata.labels)],
    ["Annotations:", annotationText(metadata.annotations)],
    ["CreationTimestamp:", timeText(metadata.creationTimestamp)],
    [
      "Taints:",
      (spec.taints ?? []).map(({ key, value, effect }) => `${key}${value ? `=${value}` : ""}:${effect}`).join("\n") ||
        "<none>",
    ],
    ["Unschedulable:", String(spec.unschedulable ?? false)],
    ["Conditions:", ""],
    ...(status?.conditions ?? []).map(
      ({ type, status: value, reason, message }): Line => [`  ${type}`, `${value}  ${reason ?? ""}  ${message ?? ""}`],
    ),
    ["Addresses:", ""],
    ...(status?.addresses ?? []).map(({ type, address }): Line => [`  ${type}:`, address]),
    ...quantityLines("Capacity:", status?.capacity),
    ...quantityLines("Allocatable:", status?.allocatable),
    ["System Info:", ""],
    ["  Kernel Version:", info?.kernelVersion ?? ""],
    ["  OS Image:", info?.osImage ?? ""],
    ["  Operating System:", info?.operatingSystem ?? ""],
    ["  Architecture:", info?.architecture ?? ""],
    ["  Container Runtime Version:", info?.containerRuntimeVersion ?? ""],
    ["  Kubelet Version:", info?.kubeletVersion ?? ""],
    ...(spec.podCIDR ? [["PodCIDR:", spec.podCIDR] as const] : []),
    ["Non-terminated Pods:", `(${running.length} in total)`],
    ...running.map((pod): Line => [`  ${pod.metadata.namespace}/${pod.metadata.name}`, ""]),
  ];
}

const quantityLines = (label: string, map: Readonly<Record<string, string>> | undefined): Line[] => [
  [label, ""],
  ...Object.entries(map ?? {}).map(([key, value]): Line => [`  ${key}:`, value]),
];
