import type { corev1 } from "../../../api/mod.ts";
import { annotationText, conditionLines, type Line, type Lines, labelText, timeText } from "./lines.ts";

export async function describePod(pod: corev1.Pod): Promise<Lines> {
  const { metadata, spec, status } = pod;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  return [
    ["Name:", metadata.name],
    ["Namespace:", metadata.namespace],
    ["Priority:", String(spec.priority ?? 0)],
    ["Service Account:", spec.serviceAccountName ?? "default"],
    ["Node:", spec.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ""}` : "<none>"],
    ["Start Time:", timeText(status?.startTime)],
    ["Labels:", labelText(metadata.labels)],
    ["Annotations:", annotationText(metadata.annotations)],
    ["Status:", metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? "Unknown")],
    ...(status?.reason ? [["Reason:", status.reason] as const] : []),
    ...(status?.message ? [["Message:", status.message] as const] : []),
    ["IP:", status?.podIP ?? ""],
    ["IPs:", ""],
    ...(status?.podIPs ?? []).map(({ ip }): Line => ["  IP:", ip ?? ""]),
    ...(owner ? [["Controlled By:", `${owner.kind}/${owner.name}`] as const] : []),
    ...containers("Init Containers:", spec.initContainers, status?.initContainerStatuses),
    ...containers("Containers:", spec.containers, status?.containerStatuses),
    ...conditionLines(status?.conditions),
    ...volumes(spec.volumes),
    ["QoS Class:", status?.qosClass ?? "<none>"],
    ["Node-Selectors:", labelText(spec.nodeSelector)],
    ["Tolerations:", (spec.tolerations ?? []).map(toleration).join("\n") || "<none>"],
  ];
}

function containers(
  label: string,
  list: readonly corev1.Container[] | undefined,
  statuses: readonly corev1.ContainerStatus[] | undefined,
): Line[] {
  if (!list?.length) return [];
  return [
    [label, ""],
    ...list.flatMap((one) =>
      container(
        one,
        statuses?.find(({ name }) => name === one.name),
      ),
    ),
  ];
}

function container(one: corev1.Container, status: corev1.ContainerStatus | undefined): Line[] {
  const ports = (one.ports ?? []).map(({ containerPort, protocol }) => `${containerPort}/${protocol ?? "TCP"}`);
  return [
    [`  ${one.name}:`, ""],
    ["    Container ID:", status?.containerID ?? "<none>"],
    ["    Image:", one.image ?? ""],
    ["    Image ID:", status?.imageID || "<none>"],
    [ports.length > 1 ? "    Ports:" : "    Port:", ports.join(", ") || "<none>"],
    ...words("    Command:", one.command),
    ...words("    Args:", one.args),
    ...state("    State:", status?.state),
    ...state("    Last State:", status?.lastState),
    ["    Ready:", status?.ready ? "True" : "False"],
    ["    Restart Count:", String(status?.restartCount ?? 0)],
    ...quantities("    Limits:", one.resources?.limits),
    ...quantities("    Requests:", one.resources?.requests),
    ...probe("    Liveness:", one.livenessProbe),
    ...probe("    Readiness:", one.readinessProbe),
    ...probe("    Startup:", one.startupProbe),
    ...environment(one.env),
    ...mounts(one.volumeMounts),
  ];
}

const words = (label: string, list: readonly string[] | undefined): Line[] =>
  list?.length ? [[label, ""], ...list.map((word): Line => [`      ${word}`, ""])] : [];

const quantities = (label: string, map: Readonly<Record<string, string>> | undefined): Line[] =>
  map && Object.keys(map).length > 0
    ? [[label, ""], ...Object.entries(map).map(([key, value]): Line => [`      ${key}:`, value])]
    : [];

function state(label: string, found: corev1.ContainerState | undefined): Line[] {
  if (found?.running)
    return [
      [label, "Running"],
      ["      Started:", timeText(found.running.startedAt)],
    ];
  if (found?.terminated) {
    const { reason, exitCode, startedAt, finishedAt, message } = found.terminated;
    return [
      [label, "Terminated"],
      ["      Reason:", reason ?? ""],
      ...(message ? [["      Message:", message] as const] : []),
      ["      Exit Code:", String(exitCode)],
      ["      Started:", timeText(startedAt)],
      ["      Finished:", timeText(finishedAt)],
    ];
  }
  if (found?.waiting)
    return [[label, "Waiting"], ...(found.waiting.reason ? [["      Reason:", found.waiting.reason] as const] : [])];
  return label.includes("Last") ? [] : [[label, "Waiting"]];
}

function probe(label: string, found: corev1.Probe | undefined): Line[] {
  if (!found) return [];
  const { exec, httpGet, tcpSocket, grpc } = found;
  const how = exec
    ? `exec [${(exec.command ?? []).join(" ")}]`
    : httpGet
      ? `http-get ${(httpGet.scheme ?? "HTTP").toLowerCase()}://${httpGet.host ?? ""}:${httpGet.port}${httpGet.path ?? ""}`
      : tcpSocket
        ? `tcp-socket ${tcpSocket.host ?? ""}:${tcpSocket.port}`
        : `grpc <pod>:${grpc?.port} ${grpc?.service ?? ""}`;
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 1,
    periodSeconds = 10,
    successThreshold = 1,
    failureThreshold = 3,
  } = found;
  const times = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s`;
  return [[label, `${how} ${times} #success=${successThreshold} #failure=${failureThreshold}`]];
}

function environment(list: readonly corev1.EnvVar[] | undefined): Line[] {
  if (!list?.length) return [["    Environment:", "<none>"]];
  return [["    Environment:", ""], ...list.map((one): Line => [`      ${one.name}:`, environmentValue(one)])];
}

function environmentValue({ value, valueFrom }: corev1.EnvVar): string {
  if (valueFrom?.fieldRef) return `(${valueFrom.fieldRef.apiVersion ?? "v1"}:${valueFrom.fieldRef.fieldPath})`;
  if (valueFrom?.resourceFieldRef) return `(${valueFrom.resourceFieldRef.resource})`;
  if (valueFrom?.secretKeyRef)
    return `<set to the key '${valueFrom.secretKeyRef.key}' in secret '${valueFrom.secretKeyRef.name}'>`;
  if (valueFrom?.configMapKeyRef)
    return `<set to the key '${valueFrom.configMapKeyRef.key}' of config map '${valueFrom.configMapKeyRef.name}'>`;
  return value ?? "";
}

function mounts(list: readonly corev1.VolumeMount[] | undefined): Line[] {
  if (!list?.length) return [["    Mounts:", "<none>"]];
  const text = ({ mountPath, name, readOnly, subPath }: corev1.VolumeMount) =>
    `      ${mountPath} from ${name} (${readOnly ? "ro" : "rw"}${subPath ? `,path="${subPath}"` : ""})`;
  return [["    Mounts:", ""], ...list.map((one): Line => [text(one), ""])];
}

function volumes(list: readonly corev1.Volume[] | undefined): Line[] {
  if (!list?.length) return [["Volumes:", "<none>"]];
  return [
    ["Volumes:", ""],
    ...list.flatMap(({ name, ...source }): Line[] => [
      [`  ${name}:`, ""],
      ["    Type:", Object.keys(source)[0] ?? "<unknown>"],
    ]),
  ];
}

function toleration({ key, operator, value, effect, tolerationSeconds }: corev1.Toleration): string {
  const what = `${key ?? ""}${value ? `=${value}` : ""}${effect ? `:${effect}` : ""}`;
  return `${what}${operator === "Exists" ? " op=Exists" : ""}${tolerationSeconds === undefined ? "" : ` for ${tolerationSeconds}s`}`;
}
