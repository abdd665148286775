export { enterArguments } from "./commands.ts";
export {
  createFabric,
  destroyFabric,
  type Fabric,
  type FabricOptions,
  fabricProcesses,
  type NodeNetwork,
  nodeEnterArguments,
} from "./fabric/fabric.ts";
