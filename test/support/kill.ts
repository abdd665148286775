/** kill -9 for the processes of a test's own cluster. */
import { setTimeout as delay } from "node:timers/promises";
import { identify, isAlive } from "../../src/cluster/state.ts";
import type { TestCluster } from "./cluster.ts";

/** Ids of a cluster's processes, of one role or of all. */
export async function processesOf(cluster: TestCluster, role?: string): Promise<number[]> {
  const { processes } = JSON.parse(await cluster.machine("status", "-o", "json")) as {
    processes: { readonly role: string; readonly pid: number }[];
  };
  return processes.filter((one) => role === undefined || one.role === role).map(({ pid }) => pid);
}

/** Resolves when they are gone. */
export async function kill(pids: readonly number[]): Promise<void> {
  const doomed = [...new Set(pids)].map(identify);
  for (const { pid } of doomed) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
  while (doomed.some(isAlive)) await delay(5);
}
