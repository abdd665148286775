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
  type Supervisor,
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

/** Whom this process tells how the cluster fares: the terminal, or the `kubets up` that started it. */
interface Audience {
  progress(text: string): void;
  ready(supervisor: Supervisor): void;
  /** It has been stopped, after it was ready. */
  gone(): void;
  /** Answers whether the failure has been told. */
  failed(error: unknown): boolean;
  /** Aborts where nobody is left to be told. */
  readonly signal?: AbortSignal;
  /** Lets go of what would keep the process. */
  leave(): void;
}

export async function serveCommand(flags: ServeFlags): Promise<void> {
  goOnWithoutReader();
  const cluster = clusterOptions(flags, defaultDataFolder);
  const timeoutMs = parseDurationMs("--timeout", flags.timeout);
  const audience = process.send ? parentProcess() : await terminal(cluster, flags);
  makeFolders(cluster.data, join(cluster.data, "logs"));
  const log = processLog(join(cluster.data, "logs", "supervisor.log"));
  const { progress, ready: onReady, signal } = audience;
  try {
    await serve({ cluster, timeoutMs, log, progress, onReady, ...(signal && { signal }) });
    audience.gone();
  } catch (error) {
    if (!audience.failed(error)) throw error;
    process.exitCode = 1;
  } finally {
    audience.leave();
  }
}

/** The parent looks into files and writes kubeconfigs, and this process stays small without what that needs. */
function parentProcess(): Audience {
  const orphaned = new AbortController();
  const onOrphaned = () => orphaned.abort();
  // Who asked for it is gone before it was ready: nobody would be told.
  process.once("disconnect", onOrphaned);
  if (!process.connected) onOrphaned();
  const tell = (message: ServeMessage) => tellParent(message);
  const goOnAlone = () => void process.off("disconnect", onOrphaned);
  return {
    progress: (text) => tell({ type: "progress", text }),
    ready({ port }) {
      goOnAlone();
      tell({ type: "ready", port });
    },
    gone() {},
    failed(error) {
      if (!(error instanceof ClusterError)) return false;
      const { code, message, hint } = error;
      tell({ type: "failed", code, message, ...(hint ? { hint } : {}) });
      return true;
    },
    signal: orphaned.signal,
    leave() {
      goOnAlone();
      if (process.connected) process.disconnect?.();
    },
  };
}

async function terminal(cluster: ClusterOptions, { kubeconfig }: ServeFlags): Promise<Audience> {
  const { mergeKubeconfig, removeFromKubeconfig, requireWritableKubeconfig } = await import("./kubeconfig.ts");
  await requireFiles(cluster);
  requireWritableKubeconfig(kubeconfig);
  const { name, data } = cluster;
  let written: { readonly path: string; readonly context: string } | undefined;
  return {
    progress: (text) => void process.stderr.write(`  ${text}\n`),
    ready(supervisor) {
      written = mergeKubeconfig(name, supervisor.paths.pki, kubeconfig);
      supervisor.addKubeconfig(written.path);
      const kubectl = `kubectl --kubeconfig ${written.path} --context ${written.context} get nodes`;
      process.stdout.write(`cluster ${name} is ready: ${kubectl}\n`);
    },
    gone() {
      if (!written) return;
      removeFromKubeconfig(written.path, name);
      // As after `kubets down --keep-data`, unless `kubets down` has ended it and removed its data.
      const kept = existsSync(clusterPaths(name, data).pki);
      process.stdout.write(`cluster ${name} is gone${kept ? `; its data is kept in ${data}` : ""}\n`);
    },
    failed: () => false,
    leave() {},
  };
}
