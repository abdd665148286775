/** `kubets up`: starts `kubets serve` in the background and returns when the cluster is ready. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  ClusterError,
  type ClusterOptions,
  callSupervisor,
  clusterOptions,
  clusterPaths,
  defaultDataFolder,
  explain,
  isAlive,
  makeFolders,
  readState,
  requireFiles,
  type SupervisorStatus,
  stateWithout,
} from "../../cluster/narrow.ts";
import { parseDurationMs } from "./duration.ts";
import { mergeKubeconfig, requireWritableKubeconfig } from "./kubeconfig.ts";
import type { ServeFlags, ServeMessage } from "./serve.ts";

export interface UpResult {
  readonly kubeconfig: string;
  readonly context: string;
  readonly alreadyRunning: boolean;
}

export async function up(flags: ServeFlags): Promise<UpResult> {
  const options = clusterOptions(flags, defaultDataFolder);
  parseDurationMs("--timeout", flags.timeout);
  requireWritableKubeconfig(flags.kubeconfig);
  const began = Date.now();
  const running = await findRunning(options.name);
  if (running) requireSameOptions(options, running);
  else {
    await requireFiles(options);
    await startInBackground(options, flags);
  }
  const { path, context } = await writeContext(running ?? options, flags, running !== undefined);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  process.stdout.write(
    running ? `cluster ${options.name} is running already\n` : `cluster ${options.name} is ready after ${seconds} s\n`,
  );
  process.stdout.write(`kubeconfig: ${path} (context ${context})\n`);
  return { kubeconfig: path, context, alreadyRunning: running !== undefined };
}

/** Ends a cluster that was started for nothing: whoever asked for it could not reach it. */
async function writeContext({ name, data }: ClusterOptions, flags: ServeFlags, wasRunning: boolean) {
  const paths = clusterPaths(name, data);
  try {
    const written = mergeKubeconfig(name, paths.pki, flags.kubeconfig);
    await callSupervisor(paths.control, "POST", "/kubeconfig", { body: { path: written.path } });
    return written;
  } catch (error) {
    if (!wasRunning)
      await callSupervisor(paths.control, "POST", "/stop", { body: { removeData: false }, timeoutMs: 60_000 });
    throw error;
  }
}

/** What was asked for and is no default must be what runs; a port of 0 means any. */
function requireSameOptions(asked: ClusterOptions, running: ClusterOptions): void {
  const usual = clusterOptions({ name: asked.name }, defaultDataFolder);
  const other = (Object.keys(usual) as (keyof ClusterOptions)[]).filter((key) => {
    const text = JSON.stringify(asked[key]);
    if (key === "port" && asked.port === 0) return false;
    return text !== JSON.stringify(usual[key]) && text !== JSON.stringify(running[key]);
  });
  if (other.length === 0) return;
  throw new ClusterError(
    "already-exists",
    `cluster ${asked.name} is running already, with another ${other.map(optionName).join(", ")}`,
    `kubets down --name ${asked.name} ends it; a cluster beside it takes another --name and --port`,
  );
}

const optionName = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

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
    ...(options.runtimeConfig ? ["--runtime-config", options.runtimeConfig] : []),
    ...pluginArguments(options),
    ...(options.legacyApis ? ["--legacy-apis"] : []),
    ...(options.withoutControllers ? ["--without-controllers"] : []),
    ...(options.withoutMetricsServer ? ["--without-metrics-server"] : []),
    ...(options.otlpEndpoint ? ["--otlp-endpoint", options.otlpEndpoint] : []),
    ...(options.encryptionProviderConfig ? ["--encryption-provider-config", options.encryptionProviderConfig] : []),
    ...(options.authenticationConfig ? ["--authentication-config", options.authenticationConfig] : []),
    ...(options.authenticationTokenWebhookConfigFile
      ? ["--authentication-token-webhook-config-file", options.authenticationTokenWebhookConfigFile]
      : []),
    ...(options.authorizationConfig ? ["--authorization-config", options.authorizationConfig] : []),
    ...(options.auditPolicyFile ? ["--audit-policy-file", options.auditPolicyFile] : []),
    ...(options.auditLogPath ? ["--audit-log-path", options.auditLogPath] : []),
    ...(options.auditWebhookConfigFile ? ["--audit-webhook-config-file", options.auditWebhookConfigFile] : []),
  ];
}

function pluginArguments(options: ClusterOptions): string[] {
  const { enableAdmissionPlugins: enable, disableAdmissionPlugins: disable } = options;
  return [
    ...(enable.length > 0 ? ["--enable-admission-plugins", enable.join(",")] : []),
    ...(disable.length > 0 ? ["--disable-admission-plugins", disable.join(",")] : []),
  ];
}

function openLog(file: string): number {
  try {
    return openSync(file, "a", 0o600);
  } catch (error) {
    throw explain(error, file);
  }
}

function startInBackground(options: ClusterOptions, flags: ServeFlags): Promise<void> {
  const existed = existsSync(clusterPaths(options.name, options.data).pki);
  const logs = join(options.data, "logs");
  makeFolders(options.data, logs);
  const logFile = join(logs, "supervisor.log");
  const log = openLog(logFile);
  const main = fileURLToPath(new URL(`../main.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url));
  const child = spawn(process.execPath, [main, "serve", ...serveArguments(options, flags)], {
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  return untilReady(child, logFile).catch(async (error: unknown) => {
    const isOthers = error instanceof ClusterError && error.code === "already-exists";
    if (!isOthers) await removeUnfinished(options, existed);
    throw error;
  });
}

/** A supervisor takes back what it made, but not where it was killed, or ended before it listened to signals. */
async function removeUnfinished(options: ClusterOptions, existed: boolean): Promise<void> {
  const state = readState(options.name);
  const { removeAbandoned } = await import("../../cluster/mod.ts");
  if (!state || !isAlive(state.supervisor)) await removeAbandoned(state ?? stateWithout(options), !existed);
}

/** Rejects when the supervisor has ended, and with it everything that it made; an interrupt asks it to. */
function untilReady(child: ChildProcess, logFile: string): Promise<void> {
  const interrupt = () => void child.kill("SIGTERM");
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  let failure: ClusterError | undefined;
  const ready = new Promise<void>((resolve, reject) => {
    child.on("message", (message: ServeMessage) => {
      if (message.type === "progress") process.stderr.write(`  ${message.text}\n`);
      if (message.type === "failed") failure = new ClusterError(message.code, message.message, message.hint);
      if (message.type !== "ready") return;
      child.disconnect();
      child.unref();
      resolve();
    });
    child.on("error", reject);
    child.on("exit", (status, signal) => reject(failure ?? supervisorEnded(signal ?? `status ${status}`, logFile)));
  });
  return ready.finally(() => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
  });
}

const supervisorEnded = (how: string, logFile: string) =>
  new ClusterError("process-failed", `the supervisor ended with ${how}`, `its log is ${logFile}`);
