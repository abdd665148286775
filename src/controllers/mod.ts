/** The controllers of the cluster. */
export { type ControllerEntry, type ControllersOptions, controllers } from "./table.ts";
