/** Kinds that are added by a folder of their own: `docs/adding-a-kind.md`. */
export { findKind, type KindFolder, kindFolders, servedKinds } from "./folders.ts";
export { defineKind, type KindModule } from "./kind-module.ts";
export { type GroupVersion, RuntimeConfig, RuntimeConfigError } from "./runtime-config.ts";
