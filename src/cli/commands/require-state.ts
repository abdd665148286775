import { ClusterError, type ClusterState, readState } from "../../cluster/narrow.ts";

/** What is known of a cluster of this machine; throws `not-found` where there is none of that name. */
export function requireState(name: string): ClusterState {
  const state = readState(name);
  if (state) return state;
  throw new ClusterError(
    "not-found",
    `there is no cluster ${name}`,
    "kubets list shows the clusters on this machine, --name says which one is meant",
  );
}
