/** AppArmor profiles as annotations said them before there were fields: a new pod's fields say the same. */
import type { corev1 } from "../../../api/mod.ts";
import { sameJson } from "../../validation/rules.ts";

const prefix = "container.apparmor.security.beta.kubernetes.io/";
const localhost = "localhost/";

function profileOf(annotation: string): corev1.AppArmorProfile | undefined {
  if (annotation === "unconfined") return { type: "Unconfined" };
  if (annotation === "runtime/default") return { type: "RuntimeDefault" };
  const path = annotation.startsWith(localhost) ? annotation.slice(localhost.length) : "";
  return path ? { type: "Localhost", localhostProfile: path } : undefined;
}

/** Changes `pod`. A container that has a profile keeps it, and one that has the pod's by itself needs none. Answers warnings. */
export function setAppArmorFields({ metadata, spec }: corev1.Pod): string[] {
  if (!metadata.annotations || spec.os?.name === "windows") return [];
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap((container) => {
    const key = prefix + container.name;
    const annotation = metadata.annotations?.[key];
    if (annotation === undefined || container.securityContext?.appArmorProfile) return [];
    const profile = profileOf(annotation);
    if (profile && sameJson(profile, spec.securityContext?.appArmorProfile)) return [];
    if (profile) container.securityContext = { ...container.securityContext, appArmorProfile: profile };
    return [`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`];
  });
}
