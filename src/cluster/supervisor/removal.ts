/** Takes a cluster off the machine when its supervisor has ended, however it ended. Safe to run twice, and to run again where it was cut off. */
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { destroyFabric } from "../../network/fabric/mod.ts";
import { removeEmptySharedFolders, removeSharedFiles } from "../../node/cri/shared-files.ts";
import { claim, giveUpClaim } from "../claim.ts";
import type { ClusterOptions } from "../options.ts";
import { type ClusterPaths, clusterPaths, defaultDataFolder, runRoot } from "../paths.ts";
import { type ClusterState, clusterNames } from "../state.ts";
import { endProcesses, removeContainers, strayManagers } from "./cleanup.ts";
import { sandboxTraces } from "./containerd.ts";

/** Ends a cluster whose supervisor was killed, or what one left that was killed while it stopped. */
export async function removeAbandoned(state: ClusterState, removeData: boolean): Promise<void> {
  const { run } = clusterPaths(state.options.name, state.options.data);
  const processes = [...state.children, ...strayManagers(run)];
  await endProcesses(processes, "SIGTERM", 5000);
  await endProcesses(processes, "SIGKILL", 5000);
  await removeRemains(state.options, removeData);
}

/** What is left when every process of the supervisor has ended: containers, namespaces, files. */
export async function removeRemains(options: ClusterOptions, removeData: boolean): Promise<void> {
  const paths = clusterPaths(options.name, options.data);
  await removeContainers(options.name, paths.run, paths.data);
  if (options.runtime === "containerd") {
    await destroyFabric(options.name);
    removeNodesSharedFiles(paths);
  }
  leaveDataFolder(paths, removeData);
  removeRunFolder(paths);
  if (options.runtime === "containerd" && clusterNames().length === 0) removeEmptySharedFolders();
}

function removeNodesSharedFiles(paths: ClusterPaths): void {
  const nodes = join(paths.data, "nodes");
  for (const name of existsSync(nodes) ? readdirSync(nodes) : []) {
    const node = paths.node(name);
    removeSharedFiles(node.containerdSocket, sandboxTraces(node));
  }
}

/** Where it is another cluster's by now, it stays as it is; whoever starts next has it only when all is gone. */
function leaveDataFolder(paths: ClusterPaths, removeData: boolean): void {
  if (!existsSync(paths.data) || !claim(paths.owner)) return;
  if (removeData) removeDataOf(paths);
  giveUpClaim(paths.owner);
  if (!removeData) return;
  removeIfEmpty(paths.data);
  removeIfEmpty(dirname(defaultDataFolder("any")));
}

/** Only what the cluster made there: a folder named with `--data` may hold other things. */
function removeDataOf({ data, pki, store, logs }: ClusterPaths): void {
  for (const folder of [pki, store, logs, join(data, "nodes")]) rmSync(folder, { recursive: true, force: true });
}

/** The state last: as long as it is there, `kubets down` finds what is left. */
function removeRunFolder({ run, state }: ClusterPaths): void {
  const others = existsSync(run) ? readdirSync(run).filter((name) => name !== basename(state)) : [];
  for (const name of others) rmSync(join(run, name), { recursive: true, force: true });
  rmSync(run, { recursive: true, force: true });
  removeIfEmpty(runRoot());
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is not there, or holds something else.
  }
}
