/** Whether a change of a pod is one that the Pod Security Standards can have anything to say about. */
import { isDeepStrictEqual } from "node:util";
import type { corev1 } from "../../api/mod.ts";
import { type AnyContainer, containersOf } from "./check.ts";

const judgedAnnotation = /^(container\.)?(seccomp\.security\.alpha|apparmor\.security\.beta)\.kubernetes\.io\//;

function judgedAnnotations({ metadata }: corev1.Pod): object {
  const all = Object.entries(metadata.annotations ?? {});
  return Object.fromEntries(all.filter(([name]) => judgedAnnotation.test(name)));
}

function imagesOf(pod: corev1.Pod): (string | undefined)[] {
  return containersOf(pod).map(({ image }: AnyContainer) => image);
}

/** Of what a pod may change at all: its images, containers that come in addition, and annotations that were fields' forerunners. */
export function isSignificantChange(next: corev1.Pod, old: corev1.Pod): boolean {
  return (
    !isDeepStrictEqual(imagesOf(next), imagesOf(old)) ||
    !isDeepStrictEqual(judgedAnnotations(next), judgedAnnotations(old))
  );
}
