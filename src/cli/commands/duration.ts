import { UsageError } from "../failure.ts";

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a Go duration such as `120s` or `1m30s`. */
export function parseDurationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text)
    throw new UsageError(`invalid duration "${text}": such as 120s or 2m`);
  return parts.reduce((sum, part) => sum + Number(part[1]) * unitMs[part[2]!]!, 0);
}
