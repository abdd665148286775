/** The context that `kubets up` writes, as kind does, and `kubets down` takes away again. */
import { accessSync, constants, existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { KubeconfigError, mergeContext, readKubeconfig, removeContext } from "../../client/narrow.ts";
import { ClusterError, clusterPaths, makeFolder } from "../../cluster/narrow.ts";
import { requireState } from "./require-state.ts";

/** Where kubectl reads its configuration: the first file of KUBECONFIG, or the one in the home folder. */
function userKubeconfig(): string {
  return process.env["KUBECONFIG"]?.split(":").find(Boolean) ?? join(homedir(), ".kube", "config");
}

/** Before a cluster is started: throws where its context could not be written in the end. */
export function requireWritableKubeconfig(file?: string): void {
  const path = resolve(file ?? userKubeconfig());
  try {
    readKubeconfig(path);
    tryToWrite(path);
  } catch (error) {
    const known = error instanceof KubeconfigError ? error.message : `the kubeconfig ${path} cannot be written`;
    throw new ClusterError("bad-kubeconfig", known, "mend it, or name another file with --kubeconfig", {
      cause: error,
    });
  }
}

/** By writing: what the system would allow cannot be known otherwise, least of all for root. */
function tryToWrite(path: string): void {
  if (existsSync(path)) accessSync(path, constants.W_OK);
  const made = makeFolder(dirname(path));
  const probe = `${existsSync(path) ? realpathSync(path) : path}.${process.pid}.new`;
  try {
    writeFileSync(probe, "");
  } finally {
    rmSync(probe, { force: true });
    if (made) rmSync(made, { recursive: true });
  }
}

const adminKubeconfig = (pki: string): string => join(pki, "admin.kubeconfig");

/** Adds the cluster's context under its name and makes it the current one. */
export function mergeKubeconfig(name: string, pki: string, file?: string): { path: string; context: string } {
  const path = resolve(file ?? userKubeconfig());
  mergeContext(path, name, readKubeconfig(adminKubeconfig(pki)));
  return { path, context: name };
}

export function removeFromKubeconfig(path: string, name: string): void {
  removeContext(path, name);
}

export function kubeconfig(flags: { readonly name: string; readonly token?: boolean }): void {
  const state = requireState(flags.name);
  const { pki } = clusterPaths(flags.name, state.options.data);
  const file = flags.token ? join(pki, "admin.token") : adminKubeconfig(pki);
  process.stdout.write(`${readFileSync(file, "utf8").trim()}\n`);
}
