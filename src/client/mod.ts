export { createClient, resourcePath } from "./client.ts";
export { FakeClock, systemClock } from "./clock.ts";
export type { Clock, Component, ComponentContext } from "./component.ts";
export type * from "./contract.ts";
export { ControllerLoop, type ControllerLoopOptions } from "./controller-loop.ts";
export type { EventSource } from "./event-correlator.ts";
export { createEventRecorder } from "./events.ts";
export { type HttpTransportOptions, httpTransport } from "./http-transport.ts";
export { SharedInformerFactory } from "./informer-factory.ts";
export {
  type Kubeconfig,
  KubeconfigError,
  type LoadedKubeconfig,
  loadKubeconfig,
  makeKubeconfig,
  mergeContext,
  parseKubeconfig,
  removeContext,
  stringifyKubeconfig,
} from "./kubeconfig.ts";
export { WorkQueue, type WorkQueueOptions } from "./work-queue.ts";
