/** `kubets up`: starts `kubets serve` in the background and returns when the cluster is ready. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  ClusterError,
  type ClusterOptions,
  callSupervisor,
  clusterOptions,
  clusterPaths,
  defaultDataFolder,
  isAlive,
  makeFolders,
  readState,
  type SupervisorStatus,
} from "../../cluster/mod.ts";
import { mergeKubeconfig } from "./kubeconfig.ts";
import type { ServeFlags, ServeMessage } from "./serve.ts";

export interface UpResult {
  readonly kubeconfig: string;
  readonly context: string;
  readonly alreadyRunning: boolean;
}

export async function up(flags: ServeFlags): Promise<UpResult> {
  const options = clusterOptions(flags, defaultDataFolder);
  const began = Date.now();
  const running = await findRunning(options.name);
  if (!running) await startInBackground(options, flags);
  const paths = clusterPaths(options.name, running?.data ?? options.data);
  const { path, context } = mergeKubeconfig(options.name, paths.pki, flags.kubeconfig);
  await callSupervisor(paths.control, "POST", "/kubeconfig", { path });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  process.stdout.write(
    running ? `cluster ${options.name} is running already\n` : `cluster ${options.name} is ready after ${seconds} s\n`,
  );
  process.stdout.write(`kubeconfig: ${path} (context ${context})\n`);
  return { kubeconfig: path, context, alreadyRunning: running !== undefined };
}

/** The options of a cluster of that name whose supervisor lives and is ready. */
async function findRunning(name: string): Promise<ClusterOptions | undefined> {
  const state = readState(name);
  if (!state || !isAlive(state.supervisor)) return undefined;
  const status = await callSupervisor<SupervisorStatus>(
    clusterPaths(name, state.options.data).control,
    "GET",
    "/status",
  );
  if (status.phase === "ready") return state.options;
  throw new ClusterError(
    "already-exists",
    `cluster ${name} is ${status.phase}`,
    "wait for it, or end it with kubets down",
  );
}

function serveArguments(options: ClusterOptions, flags: ServeFlags): string[] {
  return [
    ...["--name", options.name, "--nodes", String(options.nodes), "--simulated-nodes", String(options.simulatedNodes)],
    ...["--runtime", options.runtime, "--port", String(options.port), "--data", options.data],
    ...["--service-cidr", options.serviceCidr, "--pod-cidr", options.podCidr, "--timeout", flags.timeout],
    ...options.publish.flatMap(({ hostPort, nodePort }) => ["--publish", `${hostPort}:${nodePort}`]),
    ...(options.legacyApis ? ["--legacy-apis"] : []),
    ...(options.withoutControllers ? ["--without-controllers"] : []),
  ];
}

function startInBackground(options: ClusterOptions, flags: ServeFlags): Promise<void> {
  const logs = join(options.data, "logs");
  makeFolders(options.data, logs);
  const logFile = join(logs, "supervisor.log");
  const log = openSync(logFile, "a", 0o600);
  const main = fileURLToPath(new URL(`../main.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url));
  const child = spawn(process.execPath, [main, "serve", ...serveArguments(options, flags)], {
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  return new Promise((resolve, reject) => {
    child.on("message", (message: ServeMessage) => {
      if (message.type === "progress") process.stderr.write(`  ${message.text}\n`);
      if (message.type === "failed") reject(new ClusterError(message.code, message.message, message.hint));
      if (message.type !== "ready") return;
      child.disconnect();
      child.unref();
      resolve();
    });
    child.on("error", reject);
    child.on("exit", (status, signal) =>
      reject(
        new ClusterError(
          "process-failed",
          `the supervisor ended with ${signal ?? `status ${status}`}`,
          `its log is ${logFile}`,
        ),
      ),
    );
  });
}
