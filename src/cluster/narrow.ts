/** The narrow door: what a command needs to find a cluster of this machine and to speak to its supervisor. It loads no part of a cluster. */
export { ClusterError, type ClusterErrorCode, explain } from "./errors.ts";
export { type ClusterOptions, canRunContainers, clusterOptions, type RawOptions } from "./options.ts";
export {
  type ClusterPaths,
  clusterPaths,
  clustersWithData,
  defaultDataFolder,
  makeFolder,
  makeFolders,
} from "./paths.ts";
export { requireFiles } from "./required-files.ts";
export { type ClusterState, clusterNames, isAlive, readState, residentBytes, stateWithout } from "./state.ts";
export { callSupervisor, type SupervisorStatus } from "./supervisor/control-socket.ts";
