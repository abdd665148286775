/** `kubets down`: stops a cluster and removes what it made, also where its supervisor was killed. */
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import {
  type ClusterState,
  callSupervisor,
  clusterOptions,
  clusterPaths,
  defaultDataFolder,
  endProcesses,
  isAlive,
  readState,
  removeAbandoned,
} from "../../cluster/mod.ts";
import { removeFromKubeconfig } from "./kubeconfig.ts";
import { requireState } from "./status.ts";

export interface DownFlags {
  readonly name: string;
  readonly keepData?: boolean;
}

const stopTimeoutMs = 60_000;

export async function down(flags: DownFlags): Promise<void> {
  const state = readState(flags.name) ?? dataAlone(flags.name) ?? requireState(flags.name);
  const removeData = !flags.keepData;
  if (isAlive(state.supervisor)) await endSupervisor(state, removeData);
  // What a supervisor that was killed left, or one that was stopping already with the data kept.
  const { pki } = clusterPaths(flags.name, state.options.data);
  if (readState(flags.name) || (removeData && existsSync(pki))) await removeAbandoned(state, removeData);
  for (const path of state.kubeconfigs) removeFromKubeconfig(path, flags.name);
  process.stdout.write(
    `cluster ${flags.name} is gone${flags.keepData ? `; its data is kept in ${state.options.data}` : ""}\n`,
  );
}

/** Resolves when its process is gone. One that does not answer is ended by signals. */
async function endSupervisor({ options, supervisor }: ClusterState, removeData: boolean): Promise<void> {
  const { control } = clusterPaths(options.name, options.data);
  try {
    await callSupervisor(control, "POST", "/stop", { body: { removeData }, timeoutMs: stopTimeoutMs });
  } catch {
    await endProcesses([supervisor], "SIGTERM", stopTimeoutMs);
    await endProcesses([supervisor], "SIGKILL", 5000);
  }
  while (isAlive(supervisor)) await delay(5);
}

/** A cluster of which a reboot, or `down --keep-data`, has left its data in the default folder. */
function dataAlone(name: string): ClusterState | undefined {
  const options = clusterOptions({ name }, defaultDataFolder);
  if (!existsSync(clusterPaths(name, options.data).pki)) return undefined;
  return { options, supervisor: { pid: 0, startTicks: 0 }, children: [], nodes: [], kubeconfigs: [] };
}
