/** The rules of level `restricted`: those of baseline, some of them stricter, and today's good practice. */
import type { corev1 } from "../../api/mod.ts";
import { baseline, procMountAlways, seccompProfile, versions } from "./baseline.ts";
import {
  type AnyContainer,
  always,
  atVersion,
  type Check,
  containers,
  containersOf,
  distinct,
  hasOwnUsers,
  isWindows,
  namesWhere,
  plural,
  quoted,
  setters,
  userNamespacesSince,
  type VersionedCheck,
  windowsSince,
} from "./check.ts";

const volumeTypes: ReadonlySet<string> = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

const privilegeEscalation: Check = (pod) => {
  const names = namesWhere(pod, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (names.length === 0) return undefined;
  const where = `${containers(names)} must set securityContext.allowPrivilegeEscalation=false`;
  return { rule: "allowPrivilegeEscalation != false", where };
};

const capabilities: Check = (pod) => {
  const given = ({ securityContext }: AnyContainer) => securityContext?.capabilities;
  const keeping = namesWhere(pod, (container) => !given(container)?.drop?.includes("ALL"));
  const extra = (container: AnyContainer) =>
    (given(container)?.add ?? []).filter((name) => name !== "NET_BIND_SERVICE");
  const adding = containersOf(pod).filter((container) => extra(container).length > 0);
  const what = [
    ...(keeping.length > 0 ? [`${containers(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0
      ? [
          `${containers(adding.map(({ name }) => name))} must not include ${quoted(distinct(adding.flatMap(extra)))} in securityContext.capabilities.add`,
        ]
      : []),
  ];
  return what.length === 0 ? undefined : { rule: "unrestricted capabilities", where: what.join("; ") };
};

/** The one key of a volume that is not its name tells its type. */
function typeOf(volume: corev1.Volume): string {
  return Object.keys(volume).find((key) => key !== "name") ?? "emptyDir";
}

const volumes: Check = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter((volume) => !volumeTypes.has(typeOf(volume)));
  if (bad.length === 0) return undefined;
  const types = distinct(bad.map(typeOf));
  const who = `${plural("volume", bad.length)} ${quoted(bad.map(({ name }) => name))}`;
  const what = `${bad.length === 1 ? "uses" : "use"} restricted volume ${plural("type", types.length)} ${quoted(types)}`;
  return { rule: "restricted volume types", where: `${who} ${what}` };
};

const runAsNonRoot: Check = (pod) => {
  const ofPod = pod.spec.securityContext?.runAsNonRoot;
  const ofContainer = ({ securityContext }: AnyContainer) => securityContext?.runAsNonRoot;
  const denying = namesWhere(pod, (container) => ofContainer(container) === false);
  const rule = "runAsNonRoot != true";
  if (ofPod === false || denying.length > 0)
    return { rule, where: `${setters(ofPod === false, denying)} must not set securityContext.runAsNonRoot=false` };
  const silent = ofPod ? [] : namesWhere(pod, (container) => ofContainer(container) === undefined);
  if (silent.length === 0) return undefined;
  return { rule, where: `pod or ${containers(silent)} must set securityContext.runAsNonRoot=true` };
};

const runAsUser: Check = (pod) => {
  const podIsRoot = pod.spec.securityContext?.runAsUser === 0;
  const names = namesWhere(pod, ({ securityContext }) => securityContext?.runAsUser === 0);
  if (!podIsRoot && names.length === 0) return undefined;
  return { rule: "runAsUser=0", where: `${setters(podIsRoot, names)} must not set runAsUser=0` };
};

const seccomp: Check = (pod) => {
  const forbidden = seccompProfile(pod);
  if (forbidden || pod.spec.securityContext?.seccompProfile) return forbidden;
  const silent = namesWhere(pod, ({ securityContext }) => securityContext?.seccompProfile === undefined);
  if (silent.length === 0) return undefined;
  const where = `pod or ${containers(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return { rule: "seccompProfile", where };
};

function exceptWindows(since: number, check: Check): VersionedCheck {
  return [
    { since, check },
    { since: windowsSince, check: (pod) => (isWindows(pod) ? undefined : check(pod)) },
  ];
}

function exceptOwnUsers(since: number, check: Check): VersionedCheck {
  return [
    { since, check },
    { since: userNamespacesSince, check: (pod) => (hasOwnUsers(pod) ? undefined : check(pod)) },
  ];
}

/** A stricter rule takes the place of baseline's from the release on that has it. */
interface Restriction {
  readonly versions: VersionedCheck;
  readonly replaces?: VersionedCheck;
}

/** In the order in which violations are told. */
const restrictions: readonly Restriction[] = [
  { versions: exceptWindows(8, privilegeEscalation) },
  { versions: exceptWindows(22, capabilities), replaces: versions.addedCapabilities },
  { versions: [{ since: userNamespacesSince, check: procMountAlways }], replaces: versions.procMount },
  { versions: always(volumes), replaces: versions.hostPathVolumes },
  { versions: exceptOwnUsers(0, runAsNonRoot) },
  { versions: exceptOwnUsers(23, runAsUser) },
  { versions: exceptWindows(19, seccomp), replaces: versions.seccompProfile },
];

/** The rules of release `v1.minor`. */
export function restrictedChecks(minor: number): readonly Check[] {
  const own = restrictions.filter(({ versions }) => atVersion(versions, minor));
  const replaced = new Set(own.map(({ replaces }) => replaces));
  const kept = baseline.filter((check) => !replaced.has(check));
  return [...kept, ...own.map(({ versions }) => versions)].flatMap((check) => atVersion(check, minor) ?? []);
}
