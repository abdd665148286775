/** Versions of the form 1.2.3-alpha.1+build, by semver.org's order. */
import { type Overload, overload } from "../checker/signature.ts";
import { EvaluationError, OpaqueValue } from "../values/value.ts";

const named = "kubernetes.Semver";
const number = "(0|[1-9]\\d*)";
const identifier = "(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)";
const pattern = new RegExp(
  `^${number}\\.${number}\\.${number}(?:-(${identifier}(?:\\.${identifier})*))?(?:\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?$`,
);

class SemverValue extends OpaqueValue {
  readonly typeName = named;
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly prerelease: readonly string[];

  constructor(numbers: readonly [bigint, bigint, bigint], prerelease: readonly string[]) {
    super();
    this.numbers = numbers;
    this.prerelease = prerelease;
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof SemverValue && compare(this, other) === 0n;
  }
}

function parseSemver(text: string): SemverValue | undefined {
  const [, major, minor, patch, prerelease] = pattern.exec(text) ?? [];
  if (major === undefined) return undefined;
  return new SemverValue([BigInt(major), BigInt(minor!), BigInt(patch!)], prerelease?.split(".") ?? []);
}

/** A leading v, missing parts and leading zeros are put right. */
function normalize(text: string): string {
  const [, core = "", rest = ""] = /^v?([^-+]*)(.*)$/.exec(text) ?? [];
  const parts = core.split(".").map((part) => part.replace(/^0+(?=\d)/, ""));
  while (parts.length < 3) parts.push("0");
  return parts.join(".") + rest;
}

function semver(text: string, normalized = false): SemverValue {
  const found = parseSemver(normalized ? normalize(text) : text);
  if (!found)
    throw new EvaluationError(`error parsing semver: Invalid character(s) found in version ${JSON.stringify(text)}`);
  return found;
}

function isSemver(text: string, normalized = false): boolean {
  return parseSemver(normalized ? normalize(text) : text) !== undefined;
}

function compare(left: SemverValue, right: SemverValue): bigint {
  for (const index of [0, 1, 2] as const) {
    const [one, other] = [left.numbers[index], right.numbers[index]];
    if (one !== other) return one < other ? -1n : 1n;
  }
  return BigInt(comparePrereleases(left.prerelease, right.prerelease));
}

/** A version without one comes after every version with one. */
function comparePrereleases(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return Math.sign(right.length - left.length);
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareIdentifiers(left[index]!, right[index]!);
    if (order !== 0) return order;
  }
  return Math.sign(left.length - right.length);
}

function compareIdentifiers(left: string, right: string): number {
  const [leftNumeric, rightNumeric] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (leftNumeric !== rightNumeric) return leftNumeric ? -1 : 1;
  const [one, other] = leftNumeric ? [BigInt(left), BigInt(right)] : [left, right];
  return one < other ? -1 : one > other ? 1 : 0;
}

const scan = { cost: (sizes: readonly number[]) => Math.ceil(sizes[0]! * 0.1) };

export const semvers: readonly Overload[] = [
  overload(`semver(string): ${named}`, semver, scan),
  overload(`semver(string, bool): ${named}`, semver, scan),
  overload("isSemver(string): bool", isSemver, scan),
  overload("isSemver(string, bool): bool", isSemver, scan),
  overload(`${named}.major(): int`, ({ numbers }: SemverValue) => numbers[0]),
  overload(`${named}.minor(): int`, ({ numbers }: SemverValue) => numbers[1]),
  overload(`${named}.patch(): int`, ({ numbers }: SemverValue) => numbers[2]),
  overload(`${named}.compareTo(${named}): int`, compare),
  overload(`${named}.isLessThan(${named}): bool`, (one: SemverValue, other: SemverValue) => compare(one, other) < 0n),
  overload(
    `${named}.isGreaterThan(${named}): bool`,
    (one: SemverValue, other: SemverValue) => compare(one, other) > 0n,
  ),
];
