/** What a decoder offers to the fuzzer. */
import type { Random } from "../support/random.ts";

export interface FuzzTarget {
  readonly name: string;
  /** Good inputs, and those that once found something. */
  readonly seeds: readonly (string | Uint8Array)[];
  /** Words of the format. */
  readonly dictionary: readonly string[];
  /** The inputs are JSON: half of them stay so. */
  readonly isJson?: boolean;
  /** Largest input in bytes. Default 16 KiB. */
  readonly maxBytes?: number;
  /** Inputs of a run within `npm test`. Default 3,000. */
  readonly shortRun?: number;
  /** Makes an input by the rules of the format; a third of all are made so, and half of these are then changed. */
  generate?(random: Random): string | Uint8Array;
  /** Made before the first input, taken down after the last. */
  setUp?(): Promise<void>;
  tearDown?(): Promise<void>;
  /** Takes one input. Throws what `isExpected` knows where the input is bad, anything else where the decoder is. */
  run(input: Buffer, random: Random): void | Promise<void>;
  isExpected(error: unknown): boolean;
}

/** A decoder broke a promise. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** Throws `Broken`; the values are shown in part. */
export function same(found: unknown, wanted: unknown, what: string): void {
  if (equal(found, wanted)) return;
  const shown = (value: unknown) => (JSON.stringify(value) ?? "undefined").slice(0, 2000);
  throw new Broken(`${what}:\n  ${shown(found)}\nis not\n  ${shown(wanted)}`);
}

/** Of JSON values; the order of keys does not count. */
function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
}
