/** Hooks of a container's life: after its start, before its end. */
import type { corev1 } from "../../api/mod.ts";
import { type HandlerTarget, runHandler } from "../probes/handler.ts";
import { NodeError } from "../runtime/errors.ts";

/**
 * Resolves when the hook has done its work, or is no longer waited for because `signal` says so; rejects with what to tell in an event.
 */
export async function runHook(
  hook: corev1.LifecycleHandler,
  target: HandlerTarget,
  signal: AbortSignal,
): Promise<void> {
  const given = new AbortController();
  const stop = () => given.abort();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    await Promise.race([call(hook, target, given.signal), aborted(given.signal)]);
  } finally {
    signal.removeEventListener("abort", stop);
    // Ends a sleep whose end nobody waits for.
    given.abort();
  }
}

async function call(hook: corev1.LifecycleHandler, target: HandlerTarget, signal: AbortSignal): Promise<void> {
  if (hook.sleep) return sleep(hook.sleep.seconds * 1000, signal);
  const { outcome, message } = await runHandler(target, hook);
  if (outcome === "failure") throw new NodeError("failed", message);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([elapsed, aborted(signal)]);
  clearTimeout(timer);
}
