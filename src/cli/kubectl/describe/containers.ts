/** Containers as a description shows them, of a pod and of a pod template. */
import type { corev1 } from "../../../api/mod.ts";
import { type Line, type Lines, timeText } from "./lines.ts";
import { probeText } from "./probes.ts";

export interface ContainersOptions {
  readonly label: string;
  /** Before the label and before each container's name. */
  readonly indents: readonly [label: string, name: string];
  readonly pod?: corev1.Pod;
  readonly statuses?: readonly corev1.ContainerStatus[] | undefined;
}

export function containerLines(list: readonly corev1.Container[] | undefined, options: ContainersOptions): Lines {
  if (!list?.length) return [];
  const [before, beforeName] = options.indents;
  const statusOf = (name: string) => options.statuses?.find((status) => status.name === name);
  return [
    [`${before}${options.label}:`],
    ...list.flatMap((one) => [[`${beforeName}${one.name}:`], ...lines(one, statusOf(one.name), options.pod)]),
  ];
}

function lines(one: corev1.Container, status: corev1.ContainerStatus | undefined, pod: corev1.Pod | undefined): Lines {
  return [
    ...(status ? [["    Container ID:", status.containerID ?? ""]] : []),
    ["    Image:", one.image ?? ""],
    ...(status ? [["    Image ID:", status.imageID]] : []),
    ...portLines(one.ports),
    ...words("    Command:", one.command),
    ...words("    Args:", one.args),
    ...(status ? statusLines(status) : []),
    ...quantities("    Limits:", one.resources?.limits),
    ...quantities("    Requests:", one.resources?.requests),
    ...probe("    Liveness:", one.livenessProbe),
    ...probe("    Readiness:", one.readinessProbe),
    ...probe("    Startup:", one.startupProbe),
    ...environmentFrom(one.envFrom),
    ...environment(one, pod),
    ...mounts(one.volumeMounts),
  ];
}

function portLines(ports: readonly corev1.ContainerPort[] | undefined): Lines {
  const named = ({ name }: corev1.ContainerPort) => (name ? ` (${name})` : "");
  const text = (number: (port: corev1.ContainerPort) => number) =>
    (ports ?? []).map((port) => `${number(port)}/${port.protocol ?? "TCP"}${named(port)}`).join(", ") || "<none>";
  const plural = (ports?.length ?? 0) > 1 ? "s" : "";
  return [
    [`    Port${plural}:`, text(({ containerPort }) => containerPort)],
    [`    Host Port${plural}:`, text(({ hostPort }) => hostPort ?? 0)],
  ];
}

const statusLines = (status: corev1.ContainerStatus): Lines => [
  ...state("    State:", status.state ?? {}),
  ...(status.lastState?.terminated ? state("    Last State:", status.lastState) : []),
  ["    Ready:", status.ready ? "True" : "False"],
  ["    Restart Count:", String(status.restartCount)],
];

const words = (label: string, list: readonly string[] | undefined): Lines =>
  list?.length ? [[label], ...list.flatMap((word) => word.split("\n").map((line): Line => [`      ${line}`]))] : [];

const quantities = (label: string, map: Readonly<Record<string, string>> | undefined): Lines =>
  map && Object.keys(map).length > 0
    ? [
        [label],
        ...Object.keys(map)
          .sort()
          .map((key): Line => [`      ${key}:`, map[key]!]),
      ]
    : [];

function state(label: string, { running, terminated, waiting }: corev1.ContainerState): Lines {
  if (running)
    return [
      [label, "Running"],
      ["      Started:", timeText(running.startedAt)],
    ];
  if (terminated) return [[label, "Terminated"], ...terminatedLines(terminated)];
  return [[label, "Waiting"], ...(waiting?.reason ? [["      Reason:", waiting.reason]] : [])];
}

const terminatedLines = (found: corev1.ContainerStateTerminated): Lines => [
  ...(found.reason ? [["      Reason:", found.reason]] : []),
  ...(found.message ? [["      Message:", found.message]] : []),
  ["      Exit Code:", String(found.exitCode)],
  ...(found.signal ? [["      Signal:", String(found.signal)]] : []),
  ["      Started:", timeText(found.startedAt)],
  ["      Finished:", timeText(found.finishedAt)],
];

const probe = (label: string, found: corev1.Probe | undefined): Lines => (found ? [[label, probeText(found)]] : []);

function environmentFrom(list: readonly corev1.EnvFromSource[] | undefined): Lines {
  if (!list?.length) return [];
  return [
    ["    Environment Variables from:"],
    ...list.map(({ configMapRef, secretRef, prefix }): Line => {
      const kind = `${configMapRef ? "ConfigMap" : "Secret"}${prefix ? ` with prefix '${prefix}'` : ""}`;
      const reference = configMapRef ?? secretRef;
      return [`      ${reference?.name}`, kind, `Optional: ${reference?.optional ?? false}`];
    }),
  ];
}

function environment({ env, resources }: corev1.Container, pod: corev1.Pod | undefined): Lines {
  if (!env?.length) return [["    Environment:", "<none>"]];
  return [
    ["    Environment:"],
    ...env.map(
      ({ name, value, valueFrom }): Line => [
        `      ${name}:`,
        ...(valueFrom
          ? sourceCells(valueFrom, resources, pod)
          : [(value ?? "").replaceAll("\n", `\n${" ".repeat(6)}`)]),
      ],
    ),
  ];
}

function sourceCells(
  source: corev1.EnvVarSource,
  resources: corev1.ResourceRequirements | undefined,
  pod?: corev1.Pod,
) {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = source;
  if (fieldRef)
    return [`${fieldValue(pod, fieldRef.fieldPath)} (${fieldRef.apiVersion ?? "v1"}:${fieldRef.fieldPath})`];
  if (resourceFieldRef) {
    const [kind, name] = resourceFieldRef.resource.split(".") as ["limits" | "requests", string];
    return [`${resources?.[kind]?.[name] ?? "node allocatable"} (${resourceFieldRef.resource})`];
  }
  if (secretKeyRef) return reference(secretKeyRef, "in secret");
  return configMapKeyRef ? reference(configMapKeyRef, "of config map") : [""];
}

const reference = ({ key, name, optional }: corev1.SecretKeySelector | corev1.ConfigMapKeySelector, where: string) => [
  `<set to the key '${key}' ${where} '${name}'>`,
  `Optional: ${optional ?? false}`,
];

function fieldValue(pod: corev1.Pod | undefined, path: string): string {
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (keyed) return pod?.metadata[keyed[1] as "labels" | "annotations"]?.[keyed[2]!] ?? "";
  const value = path
    .split(".")
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], pod);
  return typeof value === "string" ? value : "";
}

function mounts(list: readonly corev1.VolumeMount[] | undefined): Lines {
  if (!list?.length) return [["    Mounts:", "<none>"]];
  const text = ({ mountPath, name, readOnly, subPath }: corev1.VolumeMount) =>
    `      ${mountPath} from ${name} (${readOnly ? "ro" : "rw"}${subPath ? `,path="${subPath}"` : ""})`;
  const sorted = [...list].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1));
  return [["    Mounts:"], ...sorted.map((one): Line => [text(one)])];
}
