/** The node agent, and the runtimes that it can work with. */
export { NodeAgent } from "./agent.ts";
export { CriRuntime, type CriRuntimeOptions } from "./cri/cri-runtime.ts";
export { type ImageDescription, packFolder } from "./images/pack.ts";
export { ensurePauseImage, packPauseImage, pauseImage } from "./images/pause.ts";
export type { NodeAgentOptions, ServingOptions } from "./options.ts";
export type { Runtime } from "./runtime/contract.ts";
export { type SimulatedNode, SimulatedNodes, type SimulatedNodesOptions } from "./simulated/simulated-nodes.ts";
export { SimulatedRuntime, type SimulatedRuntimeOptions } from "./simulated/simulated-runtime.ts";
