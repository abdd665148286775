/** Whether a change of a pod is one that the Pod Security Standards can have anything to say about. */
import type { corev1 } from "../../api/mod.ts";
import { type AnyContainer, containersOf } from "./check.ts";

const judgedAnnotation = /^(container\.)?(seccomp\.security\.alpha|apparmor\.security\.beta)\.kubernetes\.io\//;

type Annotations = Readonly<Record<string, string>>;
const none: Annotations = {};

/** The judged ones of the one have the same values in the other. */
function keepsAnnotations(one: Annotations, other: Annotations): boolean {
  for (const name in one) if (one[name] !== other[name] && judgedAnnotation.test(name)) return false;
  return true;
}

function sameImages(one: readonly AnyContainer[], other: readonly AnyContainer[]): boolean {
  return one.length === other.length && one.every(({ image }, index) => image === other[index]!.image);
}

/** Of what a pod may change at all: its images, containers that come in addition, and annotations that were fields' forerunners. */
export function isSignificantChange(next: corev1.Pod, old: corev1.Pod): boolean {
  if (next.spec !== old.spec && !sameImages(containersOf(next), containersOf(old))) return true;
  const [now, before] = [next.metadata.annotations ?? none, old.metadata.annotations ?? none];
  return !keepsAnnotations(now, before) || !keepsAnnotations(before, now);
}
