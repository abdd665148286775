/** `kubets down`: stops a cluster and removes what it made, also where its supervisor was killed. */
import { existsSync } from "node:fs";
import {
  type ClusterState,
  clusterOptions,
  clusterPaths,
  defaultDataFolder,
  endSupervisor,
  isAlive,
  readState,
  removeAbandoned,
  stateWithout,
} from "../../cluster/mod.ts";
import { parseDurationMs } from "./duration.ts";
import { removeFromKubeconfig } from "./kubeconfig.ts";
import { requireState } from "./require-state.ts";

export interface DownFlags {
  readonly name: string;
  readonly keepData?: boolean;
  readonly timeout: string;
}

export async function down(flags: DownFlags): Promise<void> {
  const state = readState(flags.name) ?? dataAlone(flags.name) ?? requireState(flags.name);
  const removeData = !flags.keepData;
  const timeoutMs = parseDurationMs("--timeout", flags.timeout);
  if (isAlive(state.supervisor)) await endSupervisor(state, { removeData, timeoutMs });
  // What a supervisor that was killed left, or one that was stopping already with the data kept.
  const { pki } = clusterPaths(flags.name, state.options.data);
  if (readState(flags.name) || (removeData && existsSync(pki))) await removeAbandoned(state, removeData);
  for (const path of state.kubeconfigs) removeFromKubeconfig(path, flags.name);
  process.stdout.write(
    `cluster ${flags.name} is gone${flags.keepData ? `; its data is kept in ${state.options.data}` : ""}\n`,
  );
}

/** A cluster of which a reboot, or `down --keep-data`, has left its data in the default folder. */
function dataAlone(name: string): ClusterState | undefined {
  const options = clusterOptions({ name }, defaultDataFolder);
  if (!existsSync(clusterPaths(name, options.data).pki)) return undefined;
  return stateWithout(options);
}
