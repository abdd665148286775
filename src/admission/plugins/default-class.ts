import type { KubernetesObject } from "../../api/mod.ts";

/** The object marked as default by an annotation; of several the newest, of equally new ones the first by name. */
export function defaultOf<T extends KubernetesObject>(
  objects: readonly T[],
  annotations: readonly string[],
): T | undefined {
  const marked = objects.filter(({ metadata }) => annotations.some((name) => metadata.annotations?.[name] === "true"));
  const time = ({ metadata }: T) => Date.parse(metadata.creationTimestamp ?? "") || 0;
  return marked.sort((a, b) => time(b) - time(a) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}
