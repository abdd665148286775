/** Durations that options are given: `120s`, `1m30s`. */
import { type DurationError, parseGoDuration } from "../../api/narrow.ts";
import { UsageError } from "../failure.ts";

/** Milliseconds that an option of the cluster's life was given. */
export function parseDurationMs(option: string, text: string): number {
  const found = tryDuration(text);
  if (typeof found === "number" && found >= 0) return found;
  throw new UsageError(`${option} takes a duration such as 120s or 2m, not "${text}"`);
}

/** Milliseconds that a flag of a verb of kubectl's was given, refused in kubectl's words. Nothing where it was not, or is zero: no limit. */
export function parseDurationFlag(flag: string, text: string | undefined): number | undefined {
  const found = text === undefined ? 0 : tryDuration(text);
  if (typeof found !== "number")
    throw new UsageError(`invalid argument ${JSON.stringify(text)} for "${flag}" flag: ${found.message}`);
  if (found < 0) throw new UsageError(`${flag} must be greater than 0`);
  return found === 0 ? undefined : found;
}

function tryDuration(text: string): number | DurationError {
  try {
    return parseGoDuration(text);
  } catch (error) {
    return error as DurationError;
  }
}
