/** Added kinds are found, not listed: `src/kinds/GROUP/VERSION/KIND/kind.ts`. Finding them reads folders only; what is not served is never loaded. */
import { readdirSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import { apiVersionOf } from "../api/mod.ts";
import type { KindModule } from "./kind-module.ts";
import type { RuntimeConfig } from "./runtime-config.ts";

export interface KindFolder {
  /** Empty for the core group, whose folder is `core`. */
  readonly group: string;
  readonly version: string;
  /** Its `kind.ts`. */
  readonly url: string;
}

/** The same language as this file: source here, JavaScript where it was built. */
const entry = `kind${import.meta.url.slice(import.meta.url.lastIndexOf("."))}`;

/** Every kind that lies below `root`, a folder's URL that ends in a slash. */
export function kindFolders(root = new URL("./", import.meta.url)): readonly KindFolder[] {
  const paths = readdirSync(fileURLToPath(root), { recursive: true, encoding: "utf8" });
  return paths.sort().flatMap((path) => {
    const [group = "", version = "", kind = "", file, ...deeper] = path.split(sep);
    if (file !== entry || deeper.length > 0) return [];
    const url = new URL(`${group}/${version}/${kind}/${entry}`, root).href;
    return [{ group: group === "core" ? "" : group, version, url }];
  });
}

/** Loads those that are served. Rejects where a folder's name and its kind's group and version differ. */
export async function servedKinds(config: RuntimeConfig, folders = kindFolders()): Promise<readonly KindModule[]> {
  const wanted = folders.filter(({ group, version }) => config.mayServe(group, version));
  const modules = await Promise.all(wanted.map(load));
  return modules.filter(({ strategy: { resource } }) =>
    config.serves(resource.group, resource.version, resource.resource),
  );
}

/** The kind of that name, served or not; nothing where none lies here. */
export async function findKind(
  apiVersion: string,
  kind: string,
  folders = kindFolders(),
): Promise<KindModule | undefined> {
  const named = folders.filter((folder) => apiVersion === apiVersionOf(folder));
  const modules = await Promise.all(named.map(load));
  return modules.find(({ strategy }) => strategy.resource.kind === kind);
}

async function load({ group, version, url }: KindFolder): Promise<KindModule> {
  const { kindModule } = (await import(url)) as { kindModule?: KindModule };
  if (!kindModule) throw new Error(`${url} exports no kindModule`);
  const { resource } = kindModule.strategy;
  if (resource.group === group && resource.version === version) return kindModule;
  throw new Error(`${url} declares ${resource.apiVersion}, which is not what its folder says`);
}
