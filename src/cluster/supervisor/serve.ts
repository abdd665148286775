/** `kubets serve`: a supervisor in this process, until a signal or `kubets down` ends it. */
import type { Logger } from "pino";
import { ClusterError } from "../errors.ts";
import type { ClusterOptions } from "../options.ts";
import { openControlSocket, type SupervisorStatus } from "./control-socket.ts";
import { Supervisor } from "./supervisor.ts";

export interface ServeOptions {
  readonly cluster: ClusterOptions;
  readonly timeoutMs: number;
  readonly log: Logger;
  readonly progress: (text: string) => void;
  /** The cluster works; from here on only a signal ends it. */
  readonly onReady: (supervisor: Supervisor) => void;
  /** Ends it like a signal. */
  readonly signal?: AbortSignal;
}

/** Resolves when the cluster has been stopped. Rejects where it does not get ready in time, with everything that was made removed. */
export async function serve(options: ServeOptions): Promise<void> {
  const supervisor = new Supervisor(options.cluster, options.log, options.progress);
  let phase: SupervisorStatus["phase"] = "starting";
  const isStopping = () => phase === "stopping";
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const stop = async (stopOptions: { readonly removeData: boolean }) => {
    phase = "stopping";
    await supervisor.stop(stopOptions);
    end();
  };
  const existed = supervisor.hasData();
  // What never got ready leaves nothing, as if it had not been asked for.
  const onSignal = () => void stop({ removeData: phase === "starting" && !existed });
  // A second signal must not cut the stopping short.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
  options.signal?.addEventListener("abort", onSignal, { once: true });
  if (options.signal?.aborted) onSignal();
  try {
    await supervisor.prepare();
    const control = await openControlSocket(supervisor.paths.control, {
      status: () => ({
        phase,
        port: supervisor.port,
        processes: supervisor.processes(),
        missing: supervisor.missing(),
      }),
      addKubeconfig: (path) => supervisor.addKubeconfig(path),
      stop,
    });
    void ended.then(() => control.close());
    await Promise.race([withTimeout(supervisor.start(), options.timeoutMs), ended]);
    if (isStopping()) throw stoppedEarly(options.cluster.name);
    phase = "ready";
    options.onReady(supervisor);
  } catch (error) {
    if (error instanceof ClusterError && error.code === "already-exists") throw error;
    const wasStopped = isStopping();
    await stop({ removeData: !existed });
    throw wasStopped ? stoppedEarly(options.cluster.name) : error;
  }
  await ended;
}

const stoppedEarly = (name: string) => new ClusterError("not-ready", `cluster ${name} was stopped before it was ready`);

async function withTimeout(start: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = new ClusterError(
      "not-ready",
      `the cluster was not ready after ${timeoutMs / 1000} s`,
      "give it longer with --timeout, or look into its logs",
    );
    timer = setTimeout(() => reject(error), timeoutMs);
  });
  try {
    await Promise.race([start, late]);
  } finally {
    clearTimeout(timer);
  }
}
