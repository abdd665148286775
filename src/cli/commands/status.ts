/** `kubets status` and `kubets list`. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { corev1 } from "../../api/mod.ts";
import { httpTransport, loadKubeconfig } from "../../client/narrow.ts";
import {
  type ClusterState,
  callSupervisor,
  clusterNames,
  clusterPaths,
  clustersWithData,
  defaultDataFolder,
  isAlive,
  readState,
  residentBytes,
  type SupervisorStatus,
} from "../../cluster/narrow.ts";
import { alignColumns } from "../kubectl/table.ts";
import { requireState } from "./require-state.ts";

interface NodeStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly address: string;
  readonly runtime: string;
}

export interface ClusterStatus {
  readonly name: string;
  /**
   * `degraded`: a component does not work, and is being started again. `unsupervised`: the supervisor was killed or hangs; what it started goes
   * on, and nobody starts it again.
   */
  readonly phase: SupervisorStatus["phase"] | "degraded" | "unsupervised" | "stopped";
  readonly server: string;
  readonly nodes: readonly NodeStatus[];
  readonly components: readonly { readonly name: string; readonly healthy: boolean }[];
  readonly processes: SupervisorStatus["processes"];
}

function nodeStatus(node: corev1.Node): NodeStatus {
  return {
    name: node.metadata.name,
    ready: node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
    address: node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "",
    runtime: node.status?.nodeInfo?.containerRuntimeVersion ?? "",
  };
}

/** Nothing where the API does not answer. */
async function readNodes(pki: string): Promise<readonly NodeStatus[] | undefined> {
  const file = join(pki, "admin.kubeconfig");
  if (!existsSync(file)) return undefined;
  const transport = httpTransport(loadKubeconfig(file));
  try {
    const request = { method: "GET", path: "/api/v1/nodes", signal: AbortSignal.timeout(5000) } as const;
    const nodes = (await transport.request(request)) as unknown as { readonly items: readonly corev1.Node[] };
    return nodes.items.map(nodeStatus);
  } catch {
    return undefined;
  } finally {
    await transport.close();
  }
}

async function clusterStatus(name: string): Promise<ClusterStatus> {
  const state = requireState(name);
  const paths = clusterPaths(name, state.options.data);
  const server = `https://127.0.0.1:${state.options.port}`;
  const { phase, processes, missing } = await askSupervisor(state).catch(() => withoutSupervisor(state));
  const nodes = processes.length > 0 ? await readNodes(paths.pki) : [];
  const components = [
    ...processes.map(({ role }) => ({ name: role, healthy: isHealthy(role, nodes) })),
    ...missing.map((role) => ({ name: role, healthy: false })),
  ];
  const isWhole = components.every(({ healthy }) => healthy);
  return {
    name,
    phase: phase === "ready" && !isWhole ? "degraded" : phase,
    server,
    nodes: nodes ?? [],
    components,
    processes,
  };
}

const askSupervisor = ({ options: { name, data } }: ClusterState): Promise<SupervisorStatus> =>
  callSupervisor(clusterPaths(name, data).control, "GET", "/status");

/** What a supervisor that was killed, or hangs, had started and still runs. */
function withoutSupervisor({ children }: ClusterState): Pick<ClusterStatus, "phase" | "processes"> & {
  readonly missing: readonly string[];
} {
  const [alive, ended] = [children.filter(isAlive), children.filter((child) => !isAlive(child))];
  return {
    phase: alive.length > 0 ? "unsupervised" : "stopped",
    processes: alive.map(({ role, pid }) => ({ role, pid, residentBytes: residentBytes(pid), restarts: 0 })),
    missing: ended.map(({ role }) => role),
  };
}

/** A process that runs may still not do its work: the API has to answer, and to find a node's agent and runtime Ready. */
function isHealthy(role: string, nodes: readonly NodeStatus[] | undefined): boolean {
  if (role === "control-plane") return nodes !== undefined;
  const [kind, name] = role.split(" ");
  if (name === undefined || nodes === undefined) return true;
  return (kind !== "node" && kind !== "containerd") || nodes.some((node) => node.name === name && node.ready);
}

export async function status(flags: { readonly name: string; readonly output?: string }): Promise<void> {
  const found = await clusterStatus(flags.name);
  process.stdout.write(flags.output === "json" ? `${JSON.stringify(found, null, 2)}\n` : describe(found));
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

function describe({ name, phase, server, nodes, components, processes }: ClusterStatus): string {
  const lines = [`cluster ${name} is ${phase} at ${server}`];
  for (const node of nodes)
    lines.push(`  node ${node.name}  ${node.ready ? "Ready" : "NotReady"}  ${node.address}  ${node.runtime}`);
  for (const one of processes)
    lines.push(
      `  process ${one.role}  pid ${one.pid}  ${mebibytes(one.residentBytes)}${one.restarts ? `  restarted ${one.restarts === 1 ? "once" : `${one.restarts} times`}` : ""}`,
    );
  for (const { name: role } of components.filter(({ healthy }) => !healthy)) lines.push(`  ${role} does not work`);
  return `${lines.join("\n")}\n`;
}

export function list(): void {
  const states = clusterNames().flatMap((name) => readState(name) ?? []);
  const known = new Set(states.map(({ options }) => options.name));
  const lines = [
    ...states.map(({ options: { name, port }, supervisor }) => [
      name,
      isAlive(supervisor) ? "running" : "stopped",
      `https://127.0.0.1:${port}`,
    ]),
    // `kubets up` goes on with it, `kubets down` removes it.
    ...clustersWithData()
      .filter((name) => !known.has(name))
      .map((name) => [name, "data kept", defaultDataFolder(name)]),
  ];
  if (lines.length === 0) process.stderr.write("no clusters on this machine\n");
  process.stdout.write(alignColumns(lines));
}
