/** What is allowed in a pod but likely not meant. */
import type { corev1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";

export function podWarnings(pod: corev1.Pod, context: RequestContext, old?: corev1.Pod): string[] {
  // Only what the request changes is worth a word.
  if (context.subresource || (old && JSON.stringify(old.spec) === JSON.stringify(pod.spec))) return [];
  return templateWarnings(pod.spec, "spec");
}

export function templateWarnings(spec: corev1.PodSpec | undefined, path: string): string[] {
  if (!spec) return [];
  const warnings: string[] = [];
  const lists = { initContainers: spec.initContainers ?? [], containers: spec.containers ?? [] };
  for (const [key, containers] of Object.entries(lists))
    for (const [position, container] of containers.entries())
      warnings.push(...duplicatesInEnvironment(container, `${path}.${key}[${position}]`));
  if (spec.terminationGracePeriodSeconds !== undefined && spec.terminationGracePeriodSeconds < 0)
    warnings.push(
      `${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
    );
  for (const [position, alias] of (spec.imagePullSecrets ?? []).entries())
    if (!alias.name) warnings.push(`${path}.imagePullSecrets[${position}].name: invalid empty name ""`);
  return warnings;
}

function duplicatesInEnvironment(container: corev1.Container, path: string): string[] {
  const seen = new Set<string>();
  return (container.env ?? []).flatMap(({ name, value }, position) => {
    const again = seen.has(name);
    seen.add(name);
    // A value that refers to the one before it is meant.
    if (!again || value?.includes(`$(${name})`)) return [];
    return [`${path}.env[${position}]: hides previous definition of "${name}", which may be unexpected`];
  });
}
