/** AppArmor profiles as annotations said them before there were fields: a new pod's fields say the same. */
import type { corev1 } from "../../../api/mod.ts";

const prefix = "container.apparmor.security.beta.kubernetes.io/";
const localhost = "localhost/";

function profileOf(annotation: string): corev1.AppArmorProfile | undefined {
  if (annotation === "unconfined") return { type: "Unconfined" };
  if (annotation === "runtime/default") return { type: "RuntimeDefault" };
  const path = annotation.startsWith(localhost) ? annotation.slice(localhost.length) : "";
  return path ? { type: "Localhost", localhostProfile: path } : undefined;
}

/** Changes `pod`. A container that has a profile keeps it. */
export function setAppArmorFields({ metadata, spec }: corev1.Pod): void {
  if (!metadata.annotations || spec.os?.name === "windows") return;
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    const profile = profileOf(metadata.annotations[prefix + container.name] ?? "");
    if (!profile || container.securityContext?.appArmorProfile) continue;
    container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  }
}
