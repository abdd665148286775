/** The life of a process under the supervisor: start, say so, end on a signal. */
import { flushCompileCache } from "node:module";
import type { Logger } from "pino";
import { tellClockJumps } from "../clock-jumps.ts";
import { ClusterError } from "../errors.ts";
import { tellSupervisor } from "../messages.ts";
import { surviveBugs } from "../process-log.ts";
import { GiveBack } from "./give-back.ts";
import { saveModuleSources } from "./quick-imports.ts";

export interface Running {
  /** It works already, and waits for others before it is said to be ready. Where it rejects the start has failed after all. */
  readonly ready?: Promise<void>;
  stop(): Promise<void>;
}

async function run(running: Running, log: Logger, asked: Promise<void>): Promise<void> {
  surviveBugs(log);
  const ready = Promise.resolve(running.ready).then(() => {
    log.info({ afterMs: Math.round(process.uptime() * 1000) }, "ready");
    tellSupervisor({ type: "ready" });
  });
  // Node itself writes it at the end only: a cluster started meanwhile, or after a crash, would compile everything again.
  setImmediate(keepForNextStart);
  new GiveBack().start();
  const endTelling = tellClockJumps(log);
  try {
    await Promise.race([asked, ready.then(() => asked)]);
  } finally {
    endTelling();
    saveModuleSources();
    await running.stop();
  }
}

function keepForNextStart(): void {
  flushCompileCache();
  saveModuleSources();
  // What goes wrong there is no matter of this process.
  void import("./cache-room.ts").then(({ keepCacheSmall }) => keepCacheSmall()).catch(() => {});
}

export async function runProcess(log: Logger, start: (signal: AbortSignal) => Promise<Running>): Promise<void> {
  const aborter = new AbortController();
  const asked = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  try {
    // Who is asked to end before it works has nothing to hand over: it is as safe as to be killed.
    const running = await Promise.race([start(aborter.signal), asked]);
    if (running) await run(running, log, asked);
  } catch (error) {
    log.fatal({ err: error }, "could not start");
    const hint = error instanceof ClusterError && error.hint ? { hint: error.hint } : {};
    tellSupervisor({ type: "failed", message: (error as Error).message, ...hint });
    process.exitCode = 1;
  }
  aborter.abort();
  if (process.connected) process.disconnect?.();
  process.exit();
}
