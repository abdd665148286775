/**
 * What simulated pods use: nothing runs in them, so it is what their annotations say, and nothing where they say nothing.
 *
 * | annotation | meaning |
 * |---|---|
 * | `kubets.dev/cpu-usage` | a quantity: `250m` |
 * | `kubets.dev/memory-usage` | a quantity: `64Mi` |
 *
 * Each may name one container behind a dot: `kubets.dev/cpu-usage.worker`.
 */
import { type corev1, parseQuantity } from "../api/mod.ts";
import type { Usage } from "./series.ts";

const nanoScale = -9;

export function isSimulated({ status }: corev1.Node): boolean {
  return status?.nodeInfo?.containerRuntimeVersion?.startsWith("simulated://") ?? false;
}

/** By container. */
export function statedUsage({ metadata, spec }: corev1.Pod): Map<string, Usage> {
  const stated = (what: string, container: string, scale: number): number => {
    const all = metadata.annotations ?? {};
    const text = all[`kubets.dev/${what}.${container}`] ?? all[`kubets.dev/${what}`];
    return text === undefined ? 0 : amount(text, scale);
  };
  return new Map(
    spec.containers.map(({ name }) => [
      name,
      { cpuNanocores: stated("cpu-usage", name, nanoScale), memoryBytes: stated("memory-usage", name, 0) },
    ]),
  );
}

function amount(text: string, scale: number): number {
  try {
    return Math.max(0, Number(parseQuantity(text).scaled(scale)));
  } catch {
    return 0;
  }
}
