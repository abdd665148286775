/** `--runtime-config` over what this program has: the built-in groups, and the kinds that lie in folders of their own. */
import { type ApiGroupInfo, apiGroups } from "../api/narrow.ts";
import { kindFolders, RuntimeConfig, RuntimeConfigError } from "../kinds/mod.ts";
import { ClusterError } from "./errors.ts";

const builtIn = [
  { group: "", version: "v1" },
  ...apiGroups.flatMap(({ name, versions }: ApiGroupInfo) => versions.map((version) => ({ group: name, version }))),
];

/** Throws `bad-option` in upstream's words for what is unknown. */
export function runtimeConfig(text = ""): RuntimeConfig {
  try {
    return RuntimeConfig.parse(text, builtIn, text === "" ? [] : kindFolders());
  } catch (error) {
    if (!(error instanceof RuntimeConfigError)) throw error;
    throw new ClusterError("bad-option", `--runtime-config: ${error.message}`);
  }
}

/** The option, which may be repeated, in one text. */
export function checkedRuntimeConfig(values: readonly string[]): string {
  const text = values.join(",");
  if (text !== "") runtimeConfig(text);
  return text;
}
