export { enterArguments } from "./commands.ts";
export {
  createFabric,
  destroyFabric,
  type Fabric,
  type FabricOptions,
  fabricProcesses,
  type NodeNetwork,
} from "./fabric/fabric.ts";
