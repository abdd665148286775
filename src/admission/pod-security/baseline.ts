/** The rules of level `baseline`: nothing that is known to lead out of the container. */
import type { corev1 } from "../../api/mod.ts";
import {
  type AnyContainer,
  always,
  type Check,
  containers,
  containersOf,
  distinct,
  hasOwnUsers,
  namesWhere,
  type PodShape,
  plural,
  quoted,
  setters,
  userNamespacesSince,
  type VersionedCheck,
} from "./check.ts";

const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";
const defaultCapabilities: ReadonlySet<string> = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);
const seLinuxTypes: readonly string[] = ["", "container_t", "container_init_t", "container_kvm_t"];
/** Each release's safe ones are added to those of the releases before it. */
const safeSysctls: readonly (readonly [since: number, names: readonly string[]])[] = [
  [
    0,
    [
      "kernel.shm_rmid_forced",
      "net.ipv4.ip_local_port_range",
      "net.ipv4.ip_unprivileged_port_start",
      "net.ipv4.ping_group_range",
      "net.ipv4.tcp_syncookies",
    ],
  ],
  [27, ["net.ipv4.ip_local_reserved_ports"]],
  [
    29,
    [
      "net.ipv4.tcp_fin_timeout",
      "net.ipv4.tcp_keepalive_intvl",
      "net.ipv4.tcp_keepalive_probes",
      "net.ipv4.tcp_keepalive_time",
    ],
  ],
  [32, ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]],
];

function isForbiddenProfile(profile: { readonly type: string } | undefined): boolean {
  return profile !== undefined && profile.type !== "RuntimeDefault" && profile.type !== "Localhost";
}

function forbiddenAnnotations(annotations: Readonly<Record<string, string>> | undefined): string[] {
  const all = Object.entries(annotations ?? {}).filter(([name]) => name.startsWith(appArmorPrefix));
  const bad = all.filter(([, value]) => value !== "" && value !== "runtime/default" && !value.startsWith("localhost/"));
  return bad.map(([name, value]) => `${name}=${JSON.stringify(value)}`).sort();
}

const appArmor: Check = (pod) => {
  const ofPod = pod.spec.securityContext?.appArmorProfile;
  const podIsBad = isForbiddenProfile(ofPod);
  const isBad = ({ securityContext }: AnyContainer) => isForbiddenProfile(securityContext?.appArmorProfile);
  const bad = containersOf(pod).filter(isBad);
  const annotations = forbiddenAnnotations(pod.metadata.annotations);
  if (!podIsBad && bad.length === 0 && annotations.length === 0) return undefined;
  const types = [...(podIsBad ? [ofPod!.type] : []), ...bad.map((one) => one.securityContext!.appArmorProfile!.type)];
  const values = [...distinct(types).map((type) => JSON.stringify(type)), ...annotations.map((one) => `"${one}"`)];
  const who = [
    setters(
      podIsBad,
      bad.map(({ name }) => name),
    ),
    annotations.length > 0 ? plural("annotation", annotations.length) : "",
  ];
  const where = `${who.filter(Boolean).join(" and ")} must not set AppArmor profile type to ${values.join(", ")}`;
  return { rule: `forbidden AppArmor ${plural("profile", values.length)}`, where };
};

const addedCapabilities: Check = (pod) => {
  const extra = ({ securityContext }: AnyContainer) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !defaultCapabilities.has(name));
  const bad = containersOf(pod).filter((container) => extra(container).length > 0);
  if (bad.length === 0) return undefined;
  const names = bad.map(({ name }) => name);
  const where = `${containers(names)} must not include ${quoted(distinct(bad.flatMap(extra)))} in securityContext.capabilities.add`;
  return { rule: "non-default capabilities", where };
};

const hostNamespaces: Check = ({ spec }) => {
  const set = (["hostNetwork", "hostPID", "hostIPC"] as const).filter((name) => spec[name]);
  if (set.length === 0) return undefined;
  return { rule: "host namespaces", where: set.map((name) => `${name}=true`).join(", ") };
};

const hostPathVolumes: Check = ({ spec }) => {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return { rule: "hostPath volumes", where: `${plural("volume", names.length)} ${quoted(names)}` };
};

const hostPorts: Check = (pod) => {
  const portsOf = ({ ports }: AnyContainer) => (ports ?? []).flatMap(({ hostPort }) => (hostPort ? [hostPort] : []));
  const bad = containersOf(pod).filter((container) => portsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = distinct(bad.flatMap(portsOf).map(String));
  const verb = bad.length === 1 ? "uses" : "use";
  const where = `${containers(bad.map(({ name }) => name))} ${verb} ${plural("hostPort", ports.length)} ${ports.join(", ")}`;
  return { rule: "hostPort", where };
};

type Handler = Pick<corev1.LifecycleHandler, "httpGet" | "tcpSocket"> | undefined;

function handlerHosts(container: AnyContainer): string[] {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  const handlers: Handler[] = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
  return handlers.flatMap(
    (handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host) => !!host) as string[],
  );
}

const handlerHost: Check = (pod) => {
  const bad = containersOf(pod).filter((container) => handlerHosts(container).length > 0);
  if (bad.length === 0) return undefined;
  const hosts = distinct(bad.flatMap(handlerHosts));
  const verb = bad.length === 1 ? "uses" : "use";
  const what = `probe or lifecycle ${plural("host", hosts.length)}`;
  return {
    rule: "probe or lifecycle host",
    where: `${containers(bad.map(({ name }) => name))} ${verb} ${what} ${quoted(hosts)}`,
  };
};

const privileged: Check = (pod) => {
  const names = namesWhere(pod, ({ securityContext }) => securityContext?.privileged === true);
  if (names.length === 0) return undefined;
  return { rule: "privileged", where: `${containers(names)} must not set securityContext.privileged=true` };
};

/** Of a pod with its own users, the whole of /proc is not the host's. */
function unmasked(pod: Parameters<Check>[0]): ReturnType<Check> {
  const isBad = ({ securityContext }: AnyContainer) => (securityContext?.procMount ?? "Default") !== "Default";
  const bad = containersOf(pod).filter(isBad);
  if (bad.length === 0) return undefined;
  const values = distinct(bad.map(({ securityContext }) => securityContext!.procMount!));
  const where = `${containers(bad.map(({ name }) => name))} must not set securityContext.procMount to ${quoted(values)}`;
  return { rule: "procMount", where };
}

const procMount: Check = (pod) => (hasOwnUsers(pod) ? undefined : unmasked(pod));
export const procMountAlways: Check = unmasked;

function seLinux(pod: PodShape, allowed: ReadonlySet<string>): ReturnType<Check> {
  const isBad = (options: corev1.SELinuxOptions | undefined) =>
    Boolean(options && (!allowed.has(options.type ?? "") || options.user || options.role));
  const ofPod = pod.spec.securityContext?.seLinuxOptions;
  const bad = containersOf(pod).filter(({ securityContext }) => isBad(securityContext?.seLinuxOptions));
  const all = [...(isBad(ofPod) ? [ofPod] : []), ...bad.map((one) => one.securityContext?.seLinuxOptions)];
  if (all.length === 0) return undefined;
  const types = distinct(all.flatMap((options) => (allowed.has(options?.type ?? "") ? [] : [options!.type!])));
  const what = [
    ...(types.length > 0 ? [`${plural("type", types.length)} ${quoted(types)}`] : []),
    ...(all.some((options) => options?.user) ? ["user may not be set"] : []),
    ...(all.some((options) => options?.role) ? ["role may not be set"] : []),
  ];
  const who = setters(
    isBad(ofPod),
    bad.map(({ name }) => name),
  );
  return { rule: "seLinuxOptions", where: `${who} set forbidden securityContext.seLinuxOptions: ${what.join("; ")}` };
}

export const seccompProfile: Check = (pod) => {
  const ofPod = pod.spec.securityContext?.seccompProfile;
  const bad = containersOf(pod).filter(({ securityContext }) => isForbiddenProfile(securityContext?.seccompProfile));
  const podIsBad = isForbiddenProfile(ofPod);
  if (!podIsBad && bad.length === 0) return undefined;
  const types = [...(podIsBad ? [ofPod!.type] : []), ...bad.map((one) => one.securityContext!.seccompProfile!.type)];
  const who = setters(
    podIsBad,
    bad.map(({ name }) => name),
  );
  return {
    rule: "seccompProfile",
    where: `${who} must not set securityContext.seccompProfile.type to ${quoted(distinct(types))}`,
  };
};

function sysctls({ spec }: PodShape, safe: ReadonlySet<string>): ReturnType<Check> {
  const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !safe.has(name));
  return bad.length === 0 ? undefined : { rule: "forbidden sysctls", where: bad.join(", ") };
}

/** One check for each set of safe names. */
function sysctlVersions(): VersionedCheck {
  return safeSysctls.map(([since], at) => {
    const safe = new Set(safeSysctls.slice(0, at + 1).flatMap(([, names]) => names));
    return { since, check: (pod) => sysctls(pod, safe) };
  });
}

function seLinuxVersion(since: number, ...more: string[]): VersionedCheck[number] {
  const allowed = new Set([...seLinuxTypes, ...more]);
  return { since, check: (pod) => seLinux(pod, allowed) };
}

const seccompAnnotation = /^(container\.)?seccomp\.security\.alpha\.kubernetes\.io\//;

/** Before the profile was a field. */
const seccompAnnotations: Check = ({ metadata }) => {
  const all = Object.entries(metadata.annotations ?? {}).filter(([name]) => seccompAnnotation.test(name));
  const bad = all.filter(([, value]) => !/^(runtime\/default|docker\/default|localhost\/.*)$/.test(value));
  if (bad.length === 0) return undefined;
  const told = bad.map(([name, value]) => `${name}=${JSON.stringify(value)}`).sort();
  return { rule: "seccompProfile", where: `forbidden ${plural("annotation", told.length)} ${told.join(", ")}` };
};

const windowsHostProcess: Check = (pod) => {
  const podIsBad = pod.spec.securityContext?.windowsOptions?.hostProcess === true;
  const names = namesWhere(pod, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true);
  if (!podIsBad && names.length === 0) return undefined;
  const who = setters(podIsBad, names);
  return { rule: "hostProcess", where: `${who} must not set securityContext.windowsOptions.hostProcess=true` };
};

export const versions = Object.freeze({
  addedCapabilities: always(addedCapabilities),
  hostPathVolumes: always(hostPathVolumes),
  procMount: [
    { since: 0, check: procMountAlways },
    { since: userNamespacesSince, check: procMount },
  ] as VersionedCheck,
  seccompProfile: [
    { since: 0, check: seccompAnnotations },
    { since: 19, check: seccompProfile },
  ] as VersionedCheck,
});

/** In the order in which violations are told. */
export const baseline: readonly VersionedCheck[] = [
  always(appArmor),
  versions.addedCapabilities,
  always(hostNamespaces),
  versions.hostPathVolumes,
  always(hostPorts),
  [{ since: 34, check: handlerHost }],
  always(privileged),
  versions.procMount,
  [seLinuxVersion(0), seLinuxVersion(31, "container_engine_t")],
  versions.seccompProfile,
  sysctlVersions(),
  always(windowsHostProcess),
];
