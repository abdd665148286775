/**
 * Quantities: exact decimal numbers with a suffix (`100m`, `1.5Gi`, `12e6`). A value knows the family of suffixes it was written in and is
 * printed in the same family. Nothing is finer than a billionth: what is finer is rounded away from zero.
 */

export type QuantityFormat = "binary" | "decimal" | "exponent";

/** The words are upstream's, which clients see in Status messages. */
export class QuantityError extends Error {
  override readonly name = "QuantityError";
}

const formatMessage = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixMessage = "unable to parse quantity's suffix";

const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const smallestScale = -9;
/** Upstream takes any exponent and pays for it; nobody means more than this. */
const largestExponent = 1_000;
/** Nor this many characters, the time for which grows with their square. */
const longestText = 1_000;
const largestBinary = 2n ** 63n - 1n;

/** `mantissa × 10^scale`, with scale from -9 up. Immutable. */
export class Quantity {
  readonly mantissa: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
  #text: string | undefined;

  constructor(mantissa: bigint, scale: number, format: QuantityFormat, text?: string) {
    this.mantissa = mantissa;
    this.scale = scale;
    this.format = format;
    this.#text = text;
  }

  /** The number in units of `10^scale`, rounded away from zero: `scaled(-3)` is in thousandths. */
  scaled(scale: number): bigint {
    return rescale(this.mantissa, this.scale, scale);
  }

  /** In whole units, rounded away from zero. */
  value(): bigint {
    return this.scaled(0);
  }

  /** In thousandths, rounded away from zero. */
  milliValue(): bigint {
    return this.scaled(-3);
  }

  /** Approximate. */
  toNumber(): number {
    return Number(this.mantissa) * 10 ** this.scale;
  }

  isZero(): boolean {
    return this.mantissa === 0n;
  }

  /** -1, 0 or 1. */
  sign(): number {
    return this.mantissa === 0n ? 0 : this.mantissa < 0n ? -1 : 1;
  }

  /** Below zero: less than the other; above: more. */
  compare(other: Quantity): number {
    const scale = Math.min(this.scale, other.scale);
    const difference = this.scaled(scale) - other.scaled(scale);
    return difference === 0n ? 0 : difference < 0n ? -1 : 1;
  }

  add(other: Quantity): Quantity {
    const scale = Math.min(this.scale, other.scale);
    return new Quantity(this.scaled(scale) + other.scaled(scale), scale, this.isZero() ? other.format : this.format);
  }

  subtract(other: Quantity): Quantity {
    return this.add(other.negate());
  }

  negate(): Quantity {
    return new Quantity(-this.mantissa, this.scale, this.format);
  }

  multiply(factor: bigint): Quantity {
    return new Quantity(this.mantissa * factor, this.scale, this.format);
  }

  /** The canonical text: no fraction, the largest suffix that needs none. */
  toString(): string {
    this.#text ??= print(this);
    return this.#text;
  }
}

function rescale(mantissa: bigint, from: number, to: number): bigint {
  if (from >= to) return mantissa * 10n ** BigInt(from - to);
  const divisor = 10n ** BigInt(to - from);
  const quotient = mantissa / divisor;
  if (quotient * divisor === mantissa) return quotient;
  return mantissa < 0n ? quotient - 1n : quotient + 1n;
}

function print(quantity: Quantity): string {
  if (quantity.mantissa === 0n) return "0";
  return printsBinary(quantity) ? printBinary(quantity.value()) : printDecimal(quantity);
}

/** Binary suffixes are for whole numbers from 1024 up; what is smaller or has a fraction is printed as a decimal. */
function printsBinary(quantity: Quantity): boolean {
  if (quantity.format !== "binary") return false;
  const value = quantity.value();
  const isWhole = quantity.compare(new Quantity(value, 0, "binary")) === 0;
  return isWhole && (value >= 1024n || value <= -1024n);
}

function printBinary(value: bigint): string {
  let rest = value;
  let step = 0;
  while (step < binarySuffixes.length - 1 && rest % 1024n === 0n) {
    rest /= 1024n;
    step++;
  }
  return `${rest}${binarySuffixes[step]}`;
}

function printDecimal({ mantissa, scale, format }: Quantity): string {
  const down = ((scale % 3) + 3) % 3;
  let rest = mantissa * 10n ** BigInt(down);
  let exponent = scale - down;
  const limit = format === "exponent" ? Number.POSITIVE_INFINITY : 18;
  while (exponent < limit && rest % 1000n === 0n) {
    rest /= 1000n;
    exponent += 3;
  }
  if (format === "exponent") return exponent === 0 ? `${rest}` : `${rest}e${exponent}`;
  if (exponent > 18) return `${rest * 10n ** BigInt(exponent - 18)}E`;
  return `${rest}${decimalSuffixes[exponent / 3 + 3]}`;
}

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function parseSuffix(suffix: string): Suffix {
  const decimal = decimalSuffixes.indexOf(suffix);
  if (decimal >= 0) return { base: 10, exponent: (decimal - 3) * 3, format: "decimal" };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return { base: 2, exponent: binary * 10, format: "binary" };
  const exponent = /^[eE]([+-]?[0-9]+)$/.exec(suffix)?.[1];
  if (exponent === undefined || Math.abs(Number(exponent)) > largestExponent) throw new QuantityError(suffixMessage);
  return { base: 10, exponent: Number(exponent), format: "exponent" };
}

const shape = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(.*)$/s;

function parse(text: string): Quantity {
  const [, sign = "", whole = "", fraction = "", rest = ""] = shape.exec(text) ?? [];
  if (text === "" || text.length > longestText || /[^eEinumkKMGTP0-9+-]/.test(rest))
    throw new QuantityError(formatMessage);
  const { base, exponent, format } = parseSuffix(rest);
  const digits = BigInt(whole + fraction || "0");
  const mantissa = sign === "-" ? -digits : digits;
  const scale = -fraction.length;
  if (base === 2) return binary(mantissa << BigInt(exponent), scale);
  const verbatim = isKept(whole, fraction, scale + exponent) ? text : undefined;
  return rounded(mantissa, scale + exponent, format, verbatim);
}

/** What stays within 63 bits; more is cut to that, as upstream does for this family only. */
function binary(mantissa: bigint, scale: number): Quantity {
  const quantity = rounded(mantissa, scale, "binary");
  if (quantity.value() > largestBinary) return new Quantity(largestBinary, 0, "binary");
  return quantity.value() < -largestBinary ? new Quantity(-largestBinary, 0, "binary") : quantity;
}

function rounded(mantissa: bigint, scale: number, format: QuantityFormat, text?: string): Quantity {
  if (scale >= smallestScale) return new Quantity(mantissa, scale, format, text);
  return new Quantity(rescale(mantissa, scale, smallestScale), smallestScale, format);
}

/** Upstream keeps the text as written where the digits already are a whole number of some suffix that cannot grow by three zeros. */
function isKept(whole: string, fraction: string, scale: number): boolean {
  const significant = whole.replace(/^0+/, "");
  const digits = significant + fraction;
  return (
    significant !== "" && digits.length <= 18 && scale % 3 === 0 && scale >= smallestScale && !digits.endsWith("000")
  );
}

const parsed = new Map<string, Quantity>();
const parsedLimit = 10_000;

/** Throws `QuantityError`. The same text answers the same value. */
export function parseQuantity(text: string): Quantity {
  const known = parsed.get(text);
  if (known) return known;
  const quantity = parse(text);
  if (parsed.size >= parsedLimit) parsed.clear();
  parsed.set(text, quantity);
  return quantity;
}

/** The text as the API prints it. Throws `QuantityError`. */
export function quantityCanonical(text: string): string {
  return parseQuantity(text).toString();
}

/** A quantity of so many units of `10^scale`: `quantityOf(1500n, -3)` is `1500m`. */
export function quantityOf(amount: bigint | number, scale = 0, format: QuantityFormat = "decimal"): Quantity {
  return rounded(BigInt(amount), scale, format);
}

export function compareQuantities(left: string, right: string): number {
  return left === right ? 0 : parseQuantity(left).compare(parseQuantity(right));
}

export function addQuantities(left: string, right: string): string {
  return parseQuantity(left).add(parseQuantity(right)).toString();
}

export function subtractQuantities(left: string, right: string): string {
  return parseQuantity(left).subtract(parseQuantity(right)).toString();
}

export function maxQuantity(left: string, right: string): string {
  return compareQuantities(left, right) >= 0 ? left : right;
}
