/** AppArmor profiles as annotations said them before there were fields: a new pod's fields say the same. */
import type { corev1 } from "../../../api/mod.ts";
import { sameJson } from "../../validation/rules.ts";
import { appArmorPrefix, appArmorProfile } from "./profile-annotations.ts";
import { appArmorText } from "./profile-warnings.ts";

function fieldOf(annotation: string): corev1.AppArmorProfile | undefined {
  const { type, localhostProfile } = appArmorProfile(annotation);
  if (type === undefined || localhostProfile === "") return undefined;
  return { type, ...(localhostProfile && { localhostProfile }) };
}

/** Changes `pod`. A container that has a profile keeps it, and one that has the pod's by itself needs none. Answers warnings. */
export function setAppArmorFields({ metadata, spec }: corev1.Pod): string[] {
  if (!metadata.annotations || spec.os?.name === "windows") return [];
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap((container) => {
    const key = appArmorPrefix + container.name;
    const annotation = metadata.annotations?.[key];
    if (annotation === undefined || container.securityContext?.appArmorProfile) return [];
    const profile = fieldOf(annotation);
    if (profile && sameJson(profile, spec.securityContext?.appArmorProfile)) return [];
    if (profile) container.securityContext = { ...container.securityContext, appArmorProfile: profile };
    return [`metadata.annotations[${key}]: ${appArmorText}`];
  });
}
