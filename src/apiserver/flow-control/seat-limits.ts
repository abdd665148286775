/** How the seats of a server are shared out among priority levels, and lent and borrowed between them (KEP-1040, "borrowing"). Pure. */
import type { flowcontrolv1 } from "../../api/mod.ts";

/** In seats. */
export interface SeatBounds {
  readonly nominal: number;
  /** What it keeps however little it asks for. */
  readonly lower: number;
  /** What it may reach by borrowing. */
  readonly upper: number;
}

type LevelSpec = flowcontrolv1.PriorityLevelConfigurationSpec;

export function sharesOf(spec: LevelSpec): number {
  return spec.type === "Exempt"
    ? (spec.exempt?.nominalConcurrencyShares ?? 0)
    : (spec.limited?.nominalConcurrencyShares ?? 30);
}

/** `sum`: the shares of all levels together. */
export function boundsOf(spec: LevelSpec, sum: number, total: number): SeatBounds {
  const nominal = sum === 0 ? 0 : Math.ceil((total * sharesOf(spec)) / sum);
  const part = (percent: number) => Math.round((nominal * percent) / 100);
  if (spec.type === "Exempt")
    return { nominal, lower: nominal - part(spec.exempt?.lendablePercent ?? 0), upper: total };
  const { lendablePercent = 0, borrowingLimitPercent } = spec.limited ?? {};
  const upper = borrowingLimitPercent === undefined ? total : nominal + part(borrowingLimitPercent);
  return { nominal, lower: nominal - part(lendablePercent), upper };
}

/** What a level asked for during the last period, in seats. */
export interface SeatClaim {
  readonly bounds: SeatBounds;
  /** The most that it could have used at once. */
  readonly peak: number;
  /** Smoothed over the periods. */
  readonly target: number;
}

export interface Allocation {
  /** In the order of the claims. */
  readonly limits: readonly number[];
  /** What each wish is multiplied with. */
  readonly fairFraction: number;
}

/**
 * Shares `total` seats out: each level gets the same part of what it wishes for, but not less than it had use for within its own seats, and
 * not more than it may borrow.
 */
export function allocateSeats(claims: readonly SeatClaim[], total: number): Allocation {
  const sure = claims.map(({ bounds, peak }) => Math.max(bounds.lower, Math.min(bounds.nominal, peak)));
  const wishes = claims.map(({ target }, index) => Math.max(target, sure[index]!));
  const at = (fraction: number, index: number) =>
    Math.min(Math.max(wishes[index]! * fraction, sure[index]!), claims[index]!.bounds.upper);
  const sum = (fraction: number) => claims.reduce((all, _, index) => all + at(fraction, index), 0);
  const fairFraction = findFraction(sum, total);
  return { limits: claims.map((_, index) => Math.round(at(fairFraction, index))), fairFraction };
}

/** The sum only grows with the fraction: halving finds where it meets the total. */
function findFraction(sum: (fraction: number) => number, total: number): number {
  if (sum(0) >= total) return 0;
  let high = 1;
  while (sum(high) < total && high < 1e9) high *= 2;
  if (high >= 1e9) return 1;
  let low = 0;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (sum(middle) < total) low = middle;
    else high = middle;
  }
  return high;
}
