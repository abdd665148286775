export { createClient, resourcePath } from "./client.ts";
export { FakeClock, systemClock } from "./clock.ts";
export type { Clock, Component, ComponentContext } from "./component.ts";
export type * from "./contract.ts";
export { ControllerLoop, type ControllerLoopOptions } from "./controller-loop.ts";
export { SharedInformerFactory } from "./informer-factory.ts";
export { WorkQueue, type WorkQueueOptions } from "./work-queue.ts";
