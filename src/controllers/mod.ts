/** The controllers of the cluster, and what one is made of. */
export { type ConditionContent, setCondition } from "./support/conditions.ts";
export { controllerOf } from "./support/controller-reference.ts";
export { type DiscoveredResources, discoverResources, supports } from "./support/discovery.ts";
export { isDeleting, keyOf, parseTime, splitKey } from "./support/object.ts";
export { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";
export { type ControllerEntry, type ControllersOptions, controllers } from "./table.ts";
