/** `kubets serve`: the cluster in this process's foreground. Under `kubets up` it is a child that reports over the message channel. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  ClusterError,
  type ClusterOptions,
  clusterOptions,
  clusterPaths,
  defaultDataFolder,
  makeFolders,
  processLog,
  type RawOptions,
  requireFiles,
  serve,
  tellParent,
} from "../../cluster/mod.ts";
import { goOnWithoutReader } from "../reader-gone.ts";
import { parseDurationMs } from "./duration.ts";

export type ServeMessage =
  | { readonly type: "progress"; readonly text: string }
  | { readonly type: "ready"; readonly port: number }
  | { readonly type: "failed"; readonly code: ClusterError["code"]; readonly message: string; readonly hint?: string };

export interface ServeFlags extends RawOptions {
  readonly kubeconfig?: string;
  readonly timeout: string;
}

/** As after `kubets down --keep-data`, unless `kubets down` has ended it and removed its data. */
function sayGoodbye({ name, data }: ClusterOptions): void {
  const kept = existsSync(clusterPaths(name, data).pki);
  process.stdout.write(`cluster ${name} is gone${kept ? `; its data is kept in ${data}` : ""}\n`);
}

export async function serveCommand(flags: ServeFlags): Promise<void> {
  goOnWithoutReader();
  const cluster = clusterOptions(flags, defaultDataFolder);
  const parent = process.send ? (message: ServeMessage) => tellParent(message) : undefined;
  // In the background the parent writes kubeconfig files, and this process stays small without what that needs.
  const foreground = parent ? undefined : await import("./kubeconfig.ts");
  const timeoutMs = parseDurationMs("--timeout", flags.timeout);
  // It has looked into files as well.
  if (foreground) {
    await requireFiles(cluster);
    foreground.requireWritableKubeconfig(flags.kubeconfig);
  }
  makeFolders(cluster.data, join(cluster.data, "logs"));
  const orphaned = new AbortController();
  const onOrphaned = () => orphaned.abort();
  // Who asked for it is gone before it was ready: nobody would be told.
  if (parent) process.once("disconnect", onOrphaned);
  if (parent && !process.connected) onOrphaned();
  let context: { readonly path: string } | undefined;
  const log = processLog(join(cluster.data, "logs", "supervisor.log"));
  try {
    await serve({
      cluster,
      timeoutMs,
      log,
      progress: (text) => (parent ? parent({ type: "progress", text }) : process.stderr.write(`  ${text}\n`)),
      signal: orphaned.signal,
      onReady: (supervisor) => {
        process.off("disconnect", onOrphaned);
        if (parent) return parent({ type: "ready", port: supervisor.port });
        if (!foreground) return;
        const written = foreground.mergeKubeconfig(cluster.name, supervisor.paths.pki, flags.kubeconfig);
        context = written;
        supervisor.addKubeconfig(written.path);
        process.stdout.write(
          `cluster ${cluster.name} is ready: kubectl --kubeconfig ${written.path} --context ${written.context} get nodes\n`,
        );
      },
    });
    if (!foreground || !context) return;
    foreground.removeFromKubeconfig(context.path, cluster.name);
    sayGoodbye(cluster);
  } catch (error) {
    if (parent && error instanceof ClusterError) {
      parent({ type: "failed", code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) });
      process.exitCode = 1;
      return;
    }
    throw error;
  } finally {
    process.off("disconnect", onOrphaned);
    if (process.connected) process.disconnect?.();
  }
}
