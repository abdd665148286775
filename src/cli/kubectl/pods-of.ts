/** The pods that a word names: `web-1`, `pod/web-1`, `deployment/web`, `service/web`. */
import type { corev1 } from "../../api/mod.ts";
import { UsageError } from "../failure.ts";
import { pathOf } from "./paths.ts";
import { type AnyObject, discover, findTypes, parseTargets } from "./resource-types.ts";
import type { Session } from "./session.ts";

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly Requirement[];
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A selector as text: a Service's and a ReplicationController's is a map, the others' an object. */
function selectorText(object: AnyObject): string {
  const { selector } = (object["spec"] ?? {}) as { selector?: LabelSelector & Readonly<Record<string, string>> };
  if (!selector) return "";
  const structured = selector.matchLabels || selector.matchExpressions;
  const labels = structured ? (selector.matchLabels ?? {}) : (selector as Readonly<Record<string, string>>);
  return [
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ...(structured ? (selector.matchExpressions ?? []).map(requirementText) : []),
  ].join(",");
}

function requirementText({ key, operator, values = [] }: Requirement): string {
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
}

const get = <T>(session: Session, path: string, query = {}) =>
  session.transport.request({ method: "GET", path, query }) as Promise<T>;

const readySince = ({ status }: corev1.Pod): string =>
  status?.conditions?.find((condition) => condition.type === "Ready" && condition.status === "True")
    ?.lastTransitionTime ?? "later";

/** Whoever has been ready for the longest first, then the oldest: as kubectl chooses. */
const byActivity = (a: corev1.Pod, b: corev1.Pod): number => (activity(a) < activity(b) ? -1 : 1);
const activity = (pod: corev1.Pod): string => `${readySince(pod)} ${pod.metadata.creationTimestamp}`;

export async function selectPods(session: Session, labelSelector: string): Promise<readonly corev1.Pod[]> {
  const type = findTypes(await discover(session), "pods")[0]!;
  const path = pathOf(type, { namespace: session.namespace });
  return (await get<{ items: corev1.Pod[] }>(session, path, { labelSelector })).items;
}

/** One pod, and how many others there are. Throws where there is none. */
export async function podOf(session: Session, word: string): Promise<{ pod: corev1.Pod; others: number }> {
  const types = await discover(session);
  const pods = findTypes(types, "pods")[0]!;
  const { type, name } = word.includes("/") ? parseTargets(types, [word])[0]! : { type: pods, name: word };
  const found = await get<AnyObject>(session, pathOf(type, { namespace: session.namespace, name: name! }));
  if (type === pods) return { pod: found as unknown as corev1.Pod, others: 0 };
  const selector = selectorText(found);
  if (selector === "") throw new UsageError(`cannot attach to *${type.kind}: it selects no pods`);
  const selected = [...(await selectPods(session, selector))].sort(byActivity);
  const [pod, ...others] = selected;
  if (!pod) throw new UsageError(`no pods found for ${word}`);
  return { pod, others: others.length };
}

const defaultAnnotation = "kubectl.kubernetes.io/default-container";

/** The container asked for, or the pod's main one, which is said where there are others. */
export function containerOf({ metadata, spec }: corev1.Pod, wanted?: string): string {
  const marked = (list: readonly { readonly name: string }[] = [], mark = "") => list.map(({ name }) => name + mark);
  const others = [...marked(spec.ephemeralContainers, " (ephem)"), ...marked(spec.initContainers, " (init)")];
  const all = [...marked(spec.containers), ...others];
  if (wanted !== undefined) {
    if (all.some((name) => name.split(" ")[0] === wanted)) return wanted;
    throw new UsageError(`container ${wanted} is not valid for pod ${metadata.name} out of: ${all.join(", ")}`);
  }
  const annotated = metadata.annotations?.[defaultAnnotation];
  if (annotated !== undefined) return annotated;
  if (all.length > 1) process.stderr.write(`Defaulted container "${all[0]}" out of: ${all.join(", ")}\n`);
  return all[0]!;
}
