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

/** Only what can be chosen here: upstream's server knows versions that this one has not, and who asks for them gets what there is. */
export function servedRuntimeConfig(text: string): string {
  const added = kindFolders();
  const isKnown = (key: string) =>
    /^api\/(all|ga|beta|alpha)$/.test(key) || added.some(({ group, version }) => isWithin(key, `${group}/${version}`));
  return text
    .split(",")
    .filter((pair) => isKnown(pair.split("=", 1)[0]!))
    .join(",");
}

function isWithin(key: string, groupVersion: string): boolean {
  return key === groupVersion || key.startsWith(`${groupVersion}/`);
}
