/** What every part of a node's agent knows of the node. */
export interface NodeFacts {
  readonly name: string;
  /** Primary first; one of each family at most. */
  readonly addresses: readonly string[];
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** Everything that the agent writes lies under it. */
  readonly rootDirectory: string;
  /** Parent of the node's `kubepods` in each cgroup hierarchy: `/kubets/node-1`. Empty: the root. */
  readonly cgroupRoot: string;
  /** What pods may have of it: quantities by resource name. */
  readonly allocatable: Readonly<Record<string, string>>;
  /** Container OOM scores are relative to it. */
  readonly memoryCapacityBytes: number;
}
