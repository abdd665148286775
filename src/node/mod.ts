/** The node agent, and the runtimes that it can work with. */
export { NodeAgent } from "./agent.ts";
export { CriRuntime, type CriRuntimeOptions } from "./cri/cri-runtime.ts";
export { type ImageDescription, packFolder } from "./images/pack.ts";
export type { NodeAgentOptions, ServingOptions } from "./options.ts";
export type { Runtime } from "./runtime/contract.ts";
