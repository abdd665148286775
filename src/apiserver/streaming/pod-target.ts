/** Which container of which pod a request for log, exec or attach is about. */
import { type corev1, resources } from "../../api/mod.ts";
import type { Client } from "../../client/mod.ts";
import { badRequest } from "../errors.ts";
import type { ResourceRequest } from "../request/request-info.ts";

export function findPod(client: Client, { namespace, name }: ResourceRequest): Promise<corev1.Pod> {
  return client.resource(resources.pods).get(name, { namespace });
}

function containerNames({ spec }: corev1.Pod): string[] {
  const all = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  return all.map(({ name }) => name);
}

/** The one that the query names; where it names none, the only one. */
export function chooseContainer(pod: corev1.Pod, wanted: string | null): string {
  const names = containerNames(pod);
  const { name } = pod.metadata;
  if (!wanted) {
    if (names.length === 1) return names[0]!;
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(" ")}]`);
  }
  if (!names.includes(wanted)) throw badRequest(`container ${wanted} is not valid for pod ${name}`);
  return wanted;
}

export function requireNode(pod: corev1.Pod): string {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
}

/** `/exec/NAMESPACE/POD/CONTAINER?…`, as node agents have it. */
export function agentPath(verb: string, pod: corev1.Pod, container?: string, query?: URLSearchParams): string {
  const { namespace, name } = pod.metadata;
  const parts = [verb, namespace, name, ...(container === undefined ? [] : [container])];
  const path = `/${parts.map(encodeURIComponent).join("/")}`;
  return query && query.size > 0 ? `${path}?${query}` : path;
}
