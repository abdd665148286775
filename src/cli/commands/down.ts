/** `kubets down`: stops a cluster and removes what it made, also where its supervisor was killed. */
import { setTimeout as delay } from "node:timers/promises";
import { callSupervisor, clusterPaths, isAlive, removeAbandoned } from "../../cluster/mod.ts";
import { removeFromKubeconfig } from "./kubeconfig.ts";
import { requireState } from "./status.ts";

export interface DownFlags {
  readonly name: string;
  readonly keepData?: boolean;
}

export async function down(flags: DownFlags): Promise<void> {
  const state = requireState(flags.name);
  const removeData = !flags.keepData;
  const paths = clusterPaths(flags.name, state.options.data);
  if (isAlive(state.supervisor)) {
    await callSupervisor(paths.control, "POST", "/stop", { removeData });
    while (isAlive(state.supervisor)) await delay(5);
  } else {
    await removeAbandoned(state, removeData);
  }
  for (const path of state.kubeconfigs) removeFromKubeconfig(path, flags.name);
  process.stdout.write(
    `cluster ${flags.name} is gone${flags.keepData ? `; its data is kept in ${state.options.data}` : ""}\n`,
  );
}
