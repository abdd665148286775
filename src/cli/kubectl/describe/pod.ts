import type { corev1 } from "../../../api/mod.ts";
import { containerLines } from "./containers.ts";
import { annotationText, type Line, type Lines, labelText, timeText } from "./lines.ts";
import { volumeLines } from "./volumes.ts";

export async function describePod(pod: corev1.Pod): Promise<Lines> {
  const { spec, status } = pod;
  const { initContainerStatuses, containerStatuses, ephemeralContainerStatuses } = status ?? {};
  const shared = { indents: ["", "  "], pod } as const;
  return [
    ...headLines(pod),
    ...addressLines(pod),
    ...containerLines(spec.initContainers, { ...shared, label: "Init Containers", statuses: initContainerStatuses }),
    ...containerLines(spec.containers, { ...shared, label: "Containers", statuses: containerStatuses }),
    ...containerLines(spec.ephemeralContainers, {
      ...shared,
      label: "Ephemeral Containers",
      statuses: ephemeralContainerStatuses,
    }),
    ...gateLines(pod),
    ...conditionLines(status?.conditions),
    ...volumeLines(spec.volumes),
    ["QoS Class:", status?.qosClass ?? ""],
    ["Node-Selectors:", labelText(spec.nodeSelector)],
    ["Tolerations:", tolerationsText(spec.tolerations)],
  ];
}

function headLines({ metadata, spec, status }: corev1.Pod): Lines {
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  return [
    ["Name:", metadata.name],
    ["Namespace:", metadata.namespace],
    ["Priority:", String(spec.priority ?? 0)],
    ...(spec.priorityClassName ? [["Priority Class Name:", spec.priorityClassName]] : []),
    ...(spec.runtimeClassName ? [["Runtime Class Name:", spec.runtimeClassName]] : []),
    ...(spec.serviceAccountName ? [["Service Account:", spec.serviceAccountName]] : []),
    ["Node:", spec.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ""}` : "<none>"],
    ...(status?.startTime ? [["Start Time:", timeText(status.startTime)]] : []),
    ["Labels:", labelText(metadata.labels)],
    ["Annotations:", annotationText(metadata.annotations)],
    ...(deletionTimestamp
      ? [
          ["Status:", `Terminating (since ${timeText(deletionTimestamp)})`],
          ["Termination Grace Period:", `${deletionGracePeriodSeconds ?? 0}s`],
        ]
      : [["Status:", status?.phase ?? ""]]),
    ...(status?.reason ? [["Reason:", status.reason]] : []),
    ...(status?.message ? [["Message:", status.message]] : []),
  ];
}

function addressLines({ metadata, status }: corev1.Pod): Lines {
  const addresses = status?.podIPs ?? [];
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  return [
    ["IP:", status?.podIP ?? ""],
    ...(addresses.length > 0
      ? [["IPs:"], ...addresses.map(({ ip }): Line => ["  IP:", ip ?? ""])]
      : [["IPs:", "<none>"]]),
    ...(owner ? [["Controlled By:", `${owner.kind}/${owner.name}`]] : []),
  ];
}

function gateLines({ spec, status }: corev1.Pod): Lines {
  if (!spec.readinessGates?.length) return [];
  const statusOf = (wanted: string) => status?.conditions?.find(({ type }) => type === wanted)?.status ?? "<none>";
  const rows = spec.readinessGates.map(
    ({ conditionType }): Line => [`  ${conditionType} `, `${statusOf(conditionType)} `],
  );
  return [["Readiness Gates:"], ["  Type", "Status"], ...rows];
}

/** The space behind each value is kubectl's own. */
function conditionLines(conditions: readonly corev1.PodCondition[] | undefined): Lines {
  if (!conditions?.length) return [];
  return [
    ["Conditions:"],
    ["  Type", "Status"],
    ...conditions.map(({ type, status }): Line => [`  ${type} `, `${status} `]),
  ];
}

export const tolerationsText = (tolerations: readonly corev1.Toleration[] | undefined): string =>
  (tolerations ?? []).map(toleration).join("\n") || "<none>";

function toleration({ key, operator, value, effect, tolerationSeconds }: corev1.Toleration): string {
  const what = `${key ?? ""}${value ? `=${value}` : ""}${effect ? `:${effect}` : ""}`;
  const exists = operator === "Exists" && !value ? (key || effect ? " op=Exists" : "op=Exists") : "";
  return `${what}${exists}${tolerationSeconds === undefined ? "" : ` for ${tolerationSeconds}s`}`;
}
