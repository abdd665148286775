export { Cluster, type ClusterStartOptions } from "./cluster.ts";
export { ClusterError, type ClusterErrorCode, explain } from "./errors.ts";
export { type ClusterOptions, canRunContainers, clusterOptions, type RawOptions } from "./options.ts";
export { type ClusterPaths, clusterPaths, defaultDataFolder, makeFolder, makeFolders } from "./paths.ts";
export { type ClusterState, clusterNames, isAlive, readState } from "./state.ts";
export { callSupervisor, type SupervisorStatus } from "./supervisor/control-socket.ts";
export { serve } from "./supervisor/serve.ts";
export { nodeEnter, type ProcessStatus, removeAbandoned } from "./supervisor/supervisor.ts";
