/** Ends a cluster's supervisor from another process: asks it to take its cluster away, and ends it by force where it does not. */
import { performance } from "node:perf_hooks";
import { ClusterError } from "../errors.ts";
import { clusterPaths } from "../paths.ts";
import { type ClusterState, isAlive } from "../state.ts";
import { endProcesses, untilGone } from "./cleanup.ts";
import { callSupervisor } from "./control-socket.ts";

export interface EndOptions {
  readonly removeData: boolean;
  /** How long it may take before it is killed. */
  readonly timeoutMs: number;
}

/** From a signal that nobody can refuse to the process's end. */
const killMs = 5000;

/** Resolves when its process is gone; rejects `process-failed` where not even a kill ends it. */
export async function endSupervisor(state: ClusterState, { removeData, timeoutMs }: EndOptions): Promise<void> {
  const { options, supervisor } = state;
  const paths = clusterPaths(options.name, options.data);
  const until = performance.now() + timeoutMs;
  const left = () => Math.max(0, until - performance.now());
  try {
    await callSupervisor(paths.control, "POST", "/stop", { body: { removeData }, timeoutMs });
    // It has answered: there is nothing left for it to do but to end.
    await untilGone([supervisor], Math.min(left(), killMs));
  } catch {
    await endProcesses([supervisor], "SIGTERM", left());
  }
  await endProcesses([supervisor], "SIGKILL", killMs);
  if (!isAlive(supervisor)) return;
  throw new ClusterError(
    "process-failed",
    `the supervisor of cluster ${options.name}, process ${supervisor.pid}, does not end, not even when it is killed`,
    `what it did is told in ${paths.log("supervisor")}; kubets down can be tried again`,
  );
}
