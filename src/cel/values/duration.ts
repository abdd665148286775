/** Durations as Go writes them: `1h30m`, `1.5s`, `-300ms`. */
import { Duration, EvaluationError } from "./value.ts";

const unitNanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const largest = 2n ** 63n - 1n;

/** Nothing where the text is no duration. */
export function parseDuration(text: string): Duration | undefined {
  const negative = text.startsWith("-");
  const rest = negative || text.startsWith("+") ? text.slice(1) : text;
  if (rest === "0") return new Duration(0n);
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let total = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of rest.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = unitNanoseconds[unit]!;
    total += BigInt(whole || "0") * scale;
    if (fraction) total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  if (total > largest) return undefined;
  return new Duration(negative ? -total : total);
}

/** Seconds with as many digits as needed: what `string(duration)` answers. */
export function formatDuration({ nanoseconds }: Duration): string {
  const negative = nanoseconds < 0n;
  const amount = negative ? -nanoseconds : nanoseconds;
  const fraction = (amount % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
  return `${negative ? "-" : ""}${amount / 1_000_000_000n}${fraction && `.${fraction}`}s`;
}

/** Throws where it does not fit 64 bits of nanoseconds. */
export function durationOf(nanoseconds: bigint): Duration {
  if (nanoseconds > largest || nanoseconds < -largest - 1n) throw new EvaluationError("integer overflow");
  return new Duration(nanoseconds);
}
