import { createRequire } from "node:module";

type YamlLibrary = typeof import("yaml");

const load = createRequire(import.meta.url);
let library: YamlLibrary | undefined;

/** Seventy modules, loaded when the first YAML is read: a process that reads none, or not in its first second, starts without them. */
export function yaml(): YamlLibrary {
  library ??= load("yaml") as YamlLibrary;
  return library;
}
