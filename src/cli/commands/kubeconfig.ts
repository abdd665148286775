/** The context that `kubets up` writes, as kind does, and `kubets down` takes away again. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { mergeContext, parseKubeconfig, removeContext } from "../../client/mod.ts";
import { clusterPaths } from "../../cluster/mod.ts";
import { requireState } from "./status.ts";

/** Where kubectl reads its configuration: the first file of KUBECONFIG, or the one in the home folder. */
function userKubeconfig(): string {
  return process.env["KUBECONFIG"]?.split(":").find(Boolean) ?? join(homedir(), ".kube", "config");
}

const adminKubeconfig = (pki: string): string => readFileSync(join(pki, "admin.kubeconfig"), "utf8");

/** Adds the cluster's context under its name and makes it the current one. */
export function mergeKubeconfig(name: string, pki: string, file?: string): { path: string; context: string } {
  const path = file ?? userKubeconfig();
  mergeContext(path, name, parseKubeconfig(adminKubeconfig(pki)));
  return { path, context: name };
}

export function removeFromKubeconfig(path: string, name: string): void {
  removeContext(path, name);
}

export function kubeconfig(flags: { readonly name: string; readonly token?: boolean }): void {
  const state = requireState(flags.name);
  const { pki } = clusterPaths(flags.name, state.options.data);
  process.stdout.write(
    flags.token ? `${readFileSync(join(pki, "admin.token"), "utf8").trim()}\n` : adminKubeconfig(pki),
  );
}
