/** Whether the node takes a pod that was bound to it: the scheduler may have been wrong, or not asked. Sentences are the kubelet's. */
import { type corev1, parseQuantity, podAcceptsNode, tolerates } from "../api/mod.ts";
import { milliCpu } from "./cgroups/resources.ts";
import type { PodVerdict } from "./pod/pod-status.ts";
import type { ResizeProblem } from "./pod/resources.ts";

type Amounts = Map<string, bigint>;

/** Milli-cores for processors, whole units for the rest. */
function amount(name: string, quantity: string): bigint {
  return name === "cpu" ? BigInt(milliCpu(quantity)) : parseQuantity(quantity).value();
}

function add(into: Amounts, requests: Readonly<Record<string, string>> | undefined): void {
  for (const [name, quantity] of Object.entries(requests ?? {}))
    into.set(name, (into.get(name) ?? 0n) + amount(name, quantity));
}

/** What a pod asks: its containers and sidecars together, or its largest init container, and its overhead. */
export function podRequests(pod: corev1.Pod): Amounts {
  const total: Amounts = new Map();
  const init = pod.spec.initContainers ?? [];
  for (const { resources } of [...pod.spec.containers, ...init.filter((one) => one.restartPolicy === "Always")]) {
    add(total, resources?.requests);
  }
  for (const { resources } of init.filter((one) => one.restartPolicy !== "Always")) {
    for (const [name, quantity] of Object.entries(resources?.requests ?? {})) {
      const value = amount(name, quantity);
      if (value > (total.get(name) ?? 0n)) total.set(name, value);
    }
  }
  add(total, pod.spec.overhead);
  return total;
}

function refuse(reason: string, message: string): PodVerdict {
  return { phase: "Failed", reason, message: `Pod was rejected: ${message}` };
}

function outOfResources(pod: corev1.Pod, others: readonly corev1.Pod[], node: corev1.Node): PodVerdict | undefined {
  const used: Amounts = new Map();
  for (const other of others)
    for (const [name, value] of podRequests(other)) used.set(name, (used.get(name) ?? 0n) + value);
  const allocatable = node.status?.allocatable ?? {};
  const limit = BigInt(allocatable["pods"] ?? "0");
  const count = BigInt(others.length);
  if (count + 1n > limit) {
    return refuse(
      "OutOfpods",
      `Node didn't have enough resource: pods, requested: 1, used: ${count}, capacity: ${limit}`,
    );
  }
  for (const [name, requested] of podRequests(pod)) {
    const capacity = allocatable[name] === undefined ? 0n : amount(name, allocatable[name]);
    const taken = used.get(name) ?? 0n;
    if (requested === 0n || requested + taken <= capacity) continue;
    const message = `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${taken}, capacity: ${capacity}`;
    return refuse(`OutOf${name}`, message);
  }
  return undefined;
}

function acceptsNode({ spec }: corev1.Pod, { metadata: { name, labels = {} } }: corev1.Node): boolean {
  return podAcceptsNode(spec, { name, labels });
}

function toleratesAll({ spec }: corev1.Pod, node: corev1.Node): boolean {
  const evicting = (node.spec?.taints ?? []).filter(({ effect }) => effect === "NoExecute");
  return evicting.every((taint) => tolerates(spec.tolerations, taint));
}

interface HostPort {
  readonly port: number;
  readonly protocol: string;
  readonly address: string;
}

function hostPorts({ spec }: corev1.Pod): HostPort[] {
  const init = (spec.initContainers ?? []).filter((one) => one.restartPolicy === "Always");
  return [...spec.containers, ...init].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = "TCP", hostIP }) =>
      hostPort ? [{ port: hostPort, protocol, address: hostIP || "0.0.0.0" }] : [],
    ),
  );
}

/** An address collides with itself and with all addresses. */
function collide(one: HostPort, other: HostPort): boolean {
  if (one.port !== other.port || one.protocol !== other.protocol) return false;
  return one.address === other.address || one.address === "0.0.0.0" || other.address === "0.0.0.0";
}

function portsAreFree(pod: corev1.Pod, others: readonly corev1.Pod[]): boolean {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return true;
  const taken = others.flatMap(hostPorts);
  return !wanted.some((one) => taken.some((other) => collide(one, other)));
}

/** Kernel settings that a pod may change for itself without harm to others. */
const safeSysctls: ReadonlySet<string> = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);

function forbiddenSysctl({ spec }: corev1.Pod): string | undefined {
  const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name.replaceAll("/", "."));
  return names.find((name) => !safeSysctls.has(name));
}

/** Whether the node has room for a change of a running pod's resources. */
export function resizeProblem(
  pod: corev1.Pod,
  others: readonly corev1.Pod[],
  node: corev1.Node | undefined,
): ResizeProblem | undefined {
  if (node === undefined) return undefined;
  const alone = outOfResources(pod, [], node);
  const problem = alone ?? outOfResources(pod, others, node);
  if (problem === undefined) return undefined;
  return { reason: alone ? "Infeasible" : "Deferred", message: problem.message.replace("Pod was rejected: ", "") };
}

/** `node` absent: nothing is known to hold against the pod. */
export function admitPod(
  pod: corev1.Pod,
  others: readonly corev1.Pod[],
  node: corev1.Node | undefined,
): PodVerdict | undefined {
  if (node === undefined) return undefined;
  if (!acceptsNode(pod, node))
    return refuse("NodeAffinity", "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector");
  if (!toleratesAll(pod, node))
    return refuse(
      "TaintToleration",
      "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
    );
  if (!portsAreFree(pod, others))
    return refuse(
      "NodePorts",
      "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    );
  const sysctl = forbiddenSysctl(pod);
  if (sysctl !== undefined) return refuse("SysctlForbidden", `forbidden sysctl: "${sysctl}" not allowlisted`);
  return outOfResources(pod, others, node);
}
