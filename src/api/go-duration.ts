/** Durations as Go's programs write them, in flags and in requests: `1m30.5s`. */

const unitMs: Readonly<Record<string, number>> = Object.freeze({
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
});

/** Thrown for a text that is no duration; the words are those of Go's parser. */
export class DurationError extends Error {
  override readonly name = "DurationError";
}

/** Milliseconds. Throws `DurationError`. */
export function parseGoDuration(text: string): number {
  if (/^[+-]?0$/.test(text)) return 0;
  const [, sign, parts] = /^([+-]?)(.*)$/s.exec(text)!;
  let total = 0;
  let rest = parts!;
  if (rest === "") throw refuse(`invalid duration ${JSON.stringify(text)}`);
  while (rest !== "") {
    const [whole, number, unit] = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest) ?? [];
    if (whole === undefined) throw refuse(`invalid duration ${JSON.stringify(text)}`);
    if (unit === "") throw refuse(`missing unit in duration ${JSON.stringify(text)}`);
    const size = Object.hasOwn(unitMs, unit!) ? unitMs[unit!] : undefined;
    if (size === undefined) throw refuse(`unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    total += Number(number) * size;
    rest = rest.slice(whole.length);
  }
  return sign === "-" ? -total : total;
}

function refuse(why: string): Error {
  return new DurationError(`time: ${why}`);
}
