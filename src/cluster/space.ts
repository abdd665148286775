/** Whether a folder's disk has room for a cluster: a full disk is better said before than met halfway. */
import { statfsSync } from "node:fs";
import { ClusterError } from "./errors.ts";

/** Bytes: the store, keys and logs at the start, with room to grow; and what a node's containerd unpacks. */
const needed = { controlPlane: 48 * 2 ** 20, node: 48 * 2 ** 20 };

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MiB`;

/** Throws `no-space` where less is free in `folder`, which exists, than a cluster with so many real nodes starts with. */
export function requireSpace(folder: string, realNodes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const [free, wanted] = [bavail * bsize, needed.controlPlane + realNodes * needed.node];
  if (free >= wanted) return;
  throw new ClusterError(
    "no-space",
    `there is no space left for the cluster in ${folder}: ${mebibytes(free)} are free, ${mebibytes(wanted)} are needed`,
    "free some disk, or name another folder with --data",
  );
}
