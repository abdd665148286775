/** How long things take to begin, on a machine without root as well: nothing here needs containers. Medians of five. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { timeToReady } from "./deployments.ts";
import { kubets } from "./kubets.ts";
import { median } from "./report.ts";
import { storeConfigMaps } from "./scale/stored-objects.ts";

const execute = promisify(execFile);
const rounds = 5;
const storedObjects = 30_000;

interface Served {
  /** From the command's start to `/readyz`, controllers and scheduler included. */
  readonly readyMs: number;
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** `kubets serve` with its data in the folder. */
async function serve(folder: string, simulatedNodes: number): Promise<Served> {
  const kubeconfig = join(folder, "kubeconfig");
  const name = ["--name", `bench-start-${process.pid}`, "--runtime", "simulated", "--nodes", String(simulatedNodes)];
  const places = ["--port", "0", "--data", join(folder, "data"), "--kubeconfig", kubeconfig];
  const began = performance.now();
  const child = spawn(kubets, ["serve", ...name, ...places], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), ended]);
  const readyMs = performance.now() - began;
  if (!String(line).includes("is ready")) throw new Error(`kubets serve ended: ${line}`);
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { readyMs, kubeconfig, stop };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "kubets-bench-start-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function medianOf(measure: () => Promise<number>): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await measure());
  return `${median(times).toFixed(0)} ms (median of ${rounds})`;
}

async function startOnly(folder: string): Promise<number> {
  const { readyMs, stop } = await serve(folder, 0);
  await stop();
  return readyMs;
}

async function withStored(folder: string): Promise<string> {
  await storeConfigMaps(join(folder, "data", "store"), storedObjects);
  return medianOf(() => startOnly(folder));
}

async function clusterInProcess(): Promise<string> {
  const times: { start: number; stop: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const { stdout } = await execute(process.execPath, [resolve(import.meta.dirname, "cluster-start.ts")]);
    times.push(JSON.parse(stdout));
  }
  const of = (key: "start" | "stop") => `${median(times.map((one) => one[key])).toFixed(0)} ms`;
  return `${of("start")}, stop() ${of("stop")} (median of ${rounds}, a new process each)`;
}

async function onSimulatedNode(folder: string): Promise<readonly string[]> {
  const { kubeconfig, stop } = await serve(folder, 1);
  let round = 0;
  const deployment = await medianOf(() => timeToReady(kubeconfig, 1, `start-${round++}`));
  const getPods = await medianOf(async () => {
    const began = performance.now();
    await execute(kubets, ["get", "pods", "--kubeconfig", kubeconfig]);
    return performance.now() - began;
  });
  await stop();
  return [`Deployment of 1 on a simulated node, apply to ready: ${deployment}`, `kubets get pods: ${getPods}`];
}

export async function measureStart(): Promise<readonly string[]> {
  return [
    `kubets serve to /readyz, nothing stored: ${await medianOf(() => inFolder(startOnly))}`,
    `kubets serve to /readyz, ${storedObjects} objects stored: ${await inFolder(withStored)}`,
    `Cluster.start() in process: ${await clusterInProcess()}`,
    ...(await inFolder(onSimulatedNode)),
  ];
}
