/** Hooks of a container's life: after its start, before its end. */
import type { corev1 } from "../../api/mod.ts";
import { type HandlerTarget, runHandler } from "../probes/handler.ts";
import { NodeError } from "../runtime/errors.ts";

/** Resolves when the hook has done its work; rejects with what to tell in an event. `signal` ends a `sleep`. */
export async function runHook(
  hook: corev1.LifecycleHandler,
  target: HandlerTarget,
  signal: AbortSignal,
): Promise<void> {
  if (hook.sleep) return sleep(hook.sleep.seconds * 1000, signal);
  const { outcome, message } = await runHandler(target, hook);
  if (outcome === "failure") throw new NodeError("failed", message);
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}
