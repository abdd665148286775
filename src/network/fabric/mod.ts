/** The narrow door of the machine's own network, for the supervisor: the whole room behind `network/mod.ts` would double its memory. */
export { enterArguments } from "../commands.ts";
export { createFabric, destroyFabric, type Fabric, fabricProcesses } from "./fabric.ts";
