/** Latencies as processes of their own see them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { percentile } from "../report.ts";

export interface Calls {
  readonly count: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  readonly maximumMilliseconds: number;
  readonly bytes: number;
}

export interface CallPlan {
  /** With its query. */
  readonly path: string;
  readonly everyMs: number;
}

/** Sends each plan's requests for so long, all at the same time, each from a process of its own. */
export function callTogether(
  kubeconfig: string,
  plans: readonly CallPlan[],
  seconds: number,
): Promise<readonly Calls[]> {
  return callWhile(kubeconfig, plans, () => delay(seconds * 1000));
}

/** Sends each plan's requests until `work` is over. */
export async function callWhile(
  kubeconfig: string,
  plans: readonly CallPlan[],
  work: () => Promise<unknown>,
): Promise<readonly Calls[]> {
  const callers = plans.map((plan) => startCaller(kubeconfig, plan));
  await Promise.all(callers.map(({ ready }) => ready));
  await work();
  return Promise.all(callers.map((caller) => caller.end()));
}

function startCaller(kubeconfig: string, { path, everyMs }: CallPlan) {
  const program = join(import.meta.dirname, "caller.ts");
  const child = spawn(process.execPath, [program, kubeconfig, path, String(everyMs)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const failed = once(child, "exit").then(() => Promise.reject(new Error(`the calls of ${path} ended`)));
  const ready = Promise.race([once(child.stdout, "data"), failed]);
  return {
    ready,
    end: async (): Promise<Calls> => {
      failed.catch(() => {});
      child.stdin.end();
      const { milliseconds, bytes } = JSON.parse(Buffer.concat(await child.stdout.toArray()).toString());
      return { ...summary(milliseconds), bytes };
    },
  };
}

function summary(milliseconds: readonly number[]): Omit<Calls, "bytes"> {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return {
    count: sorted.length,
    p50Milliseconds: percentile(sorted, 0.5),
    p99Milliseconds: percentile(sorted, 0.99),
    maximumMilliseconds: percentile(sorted, 1),
  };
}
