/**
 * What people tell simulated pods. Each annotation may name one container behind a dot: `kubets.dev/exit-code.worker`.
 *
 * | annotation | meaning |
 * |---|---|
 * | `kubets.dev/run-for` | the container ends by itself after this long: `250ms`, `5s`, `2m` |
 * | `kubets.dev/exit-code` | and with this code; where nothing says how long, at once |
 * | `kubets.dev/start-delay` | how long a start takes |
 * | `kubets.dev/start-error` | a start fails with this message |
 * | `kubets.dev/pull-error` | the image cannot be pulled, with this message |
 * | `kubets.dev/ready` | `false`: network probes fail |
 * | `kubets.dev/cpu-usage`, `kubets.dev/memory-usage` | what it uses, as the metrics server tells it (`src/metrics/stated-usage.ts`) |
 */
export interface Instructions {
  readonly runForMs: number | undefined;
  readonly exitCode: number | undefined;
  readonly startDelayMs: number;
  readonly startError: string | undefined;
}

export type Annotations = Readonly<Record<string, string>>;

export const pullErrorAnnotation = "kubets.dev/pull-error";
export const readyAnnotation = "kubets.dev/ready";

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `5s` as milliseconds; a bare number is seconds. Nothing where the text says no time. */
export function parseDuration(text: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text?.trim() ?? "");
  return match ? Number(match[1]) * unitsMs[match[2] ?? "s"]! : undefined;
}

export function instructionsFor(annotations: Annotations, container: string): Instructions {
  const said = (name: string) => annotations[`kubets.dev/${name}.${container}`] ?? annotations[`kubets.dev/${name}`];
  const exitCode = Number(said("exit-code") ?? Number.NaN);
  return {
    runForMs: parseDuration(said("run-for")),
    exitCode: Number.isInteger(exitCode) ? exitCode : undefined,
    startDelayMs: parseDuration(said("start-delay")) ?? 0,
    startError: said("start-error"),
  };
}
