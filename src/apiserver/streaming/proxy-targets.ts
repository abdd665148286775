/** Where a request to a `proxy` subresource goes. */
import { type corev1, isNotFound, resources } from "../../api/mod.ts";
import type { Client } from "../../client/mod.ts";
import { badRequest, notFound, unavailable } from "../errors.ts";
import type { ResourceRequest } from "../request/request-info.ts";
import { type NodeAgents, serverUrl } from "./node-agent.ts";
import { isProxyable, type ProxyName, parseProxyName } from "./proxy-path.ts";

export interface ProxyTarget {
  /** `http://10.0.0.7:8080`. */
  readonly server: string;
  /** With the API server's own credentials; else without any, and taking any certificate. */
  readonly isAgent: boolean;
}

export type FindTarget = (request: ResourceRequest) => Promise<ProxyTarget>;

function parsed(kind: string, { name }: ResourceRequest): ProxyName {
  const found = parseProxyName(name);
  if (found) return found;
  throw badRequest(`invalid ${kind} request ${JSON.stringify(name)}`);
}

/** Nothing but a number: the rest of the address would be read from it. */
function isPort(port: string | number): boolean {
  return port === "" || (/^\d{1,5}$/.test(String(port)) && Number(port) <= 65_535);
}

function outside(scheme: string, address: string, port: string | number): ProxyTarget {
  if (!isProxyable(address)) throw badRequest("address not allowed");
  if (!isPort(port)) throw unavailable(`error trying to reach service: dial tcp: lookup tcp/${port}: unknown port`);
  return { server: serverUrl(scheme || "http", address, port), isAgent: false };
}

async function findNode(client: Client, name: string): Promise<corev1.Node | undefined> {
  try {
    return await client.resource(resources.nodes).get(name);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Nothing answers at a simulated pod's address, and what is sent to it would leave this machine for a stranger's. */
async function isSimulated(client: Client, { spec }: corev1.Pod): Promise<boolean> {
  const node = spec.nodeName === undefined ? undefined : await findNode(client, spec.nodeName);
  return node?.status?.nodeInfo?.containerRuntimeVersion?.startsWith("simulated://") ?? false;
}

const simulatedPod = ({ metadata }: corev1.Pod) =>
  unavailable(`error trying to reach service: pod ${metadata.name} is simulated: nothing listens in it`);

function firstPort({ spec }: corev1.Pod): string {
  const port = spec.containers.flatMap((container) => container.ports ?? [])[0]?.containerPort;
  return port === undefined ? "" : String(port);
}

export function podTarget(client: Client): FindTarget {
  return async (request) => {
    const { scheme, name, port } = parsed("pod", request);
    const pod = await client.resource(resources.pods).get(name, { namespace: request.namespace });
    const target = outside(scheme, pod.status?.podIP ?? "", port || firstPort(pod));
    if (await isSimulated(client, pod)) throw simulatedPod(pod);
    return target;
  };
}

/** The agent itself where no other port is named. */
export function nodeTarget(agents: NodeAgents): FindTarget {
  return async (request) => {
    const { scheme, name, port } = parsed("node", request);
    const address = await agents.locate(name, "nodes");
    if (port === "" || port === String(address.port)) return { server: address.server, isAgent: true };
    return outside(scheme, address.host, port);
  };
}

/** Ports of endpoints go by the name of the service's port; a number stands for the name of the port that has it. */
function portName(service: corev1.Service, port: string): string {
  if (!/^\d+$/.test(port)) return port;
  const found = service.spec.ports?.find((one) => String(one.port) === port);
  if (found) return found.name ?? "";
  throw unavailable(`no service port ${port} found for service ${JSON.stringify(service.metadata.name)}`);
}

interface Candidate {
  readonly address: corev1.EndpointAddress;
  readonly port: number;
}

function candidates(endpoints: corev1.Endpoints, name: string): Candidate[] {
  return (endpoints.subsets ?? []).flatMap(({ addresses = [], ports = [] }) => {
    const port = ports.find((one) => (one.name ?? "") === name)?.port;
    return port === undefined ? [] : addresses.map((address) => ({ address, port }));
  });
}

/** Endpoints are written by users too: only those that are really pods of the namespace are reached on a client's behalf. */
async function podBehind(
  client: Client,
  namespace: string,
  { targetRef, ip }: corev1.EndpointAddress,
): Promise<corev1.Pod | undefined> {
  if (targetRef?.kind !== "Pod" || !targetRef.name || targetRef.namespace !== namespace) return undefined;
  try {
    const pod = await client.resource(resources.pods).get(targetRef.name, { namespace });
    const addresses = pod.status?.podIPs?.map((one) => one.ip) ?? [pod.status?.podIP];
    return addresses.includes(ip) ? pod : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function endpointsOf(client: Client, namespace: string, name: string): Promise<corev1.Endpoints> {
  try {
    return await client.resource(resources.endpoints).get(name, { namespace });
  } catch (error) {
    throw isNotFound(error) ? notFound({ group: "", resource: "services" }, name) : error;
  }
}

/** Starts anywhere in the list, so that callers spread over the real endpoints. `random` answers in [0, 1). */
export function serviceTarget(client: Client, random: () => number = Math.random): FindTarget {
  return async (request) => {
    const { scheme, name, port } = parsed("service", request);
    const { namespace } = request;
    const service = await client.resource(resources.services).get(name, { namespace });
    const wanted = portName(service, port);
    const found = candidates(await endpointsOf(client, namespace, name), wanted);
    const start = Math.floor(random() * found.length);
    let refusal = unavailable(`no endpoints available for service ${JSON.stringify(request.name)}`);
    for (const { address, port: number } of [...found.slice(start), ...found.slice(0, start)]) {
      const pod = await podBehind(client, namespace, address);
      if (!pod) continue;
      if (!(await isSimulated(client, pod))) return outside(scheme, address.ip, number);
      refusal = simulatedPod(pod);
    }
    throw refusal;
  };
}
