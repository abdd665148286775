/** Tables of what was measured: medians, and the ratio taken in the same run. */

import type { ProcessFigure } from "./kubets.ts";
import type { Figure, Figures } from "./load.ts";

export interface Round {
  readonly format: string;
  readonly ours: Figures;
  readonly theirs?: Figures;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Of sorted numbers, the one that so large a share of them does not exceed. None: NaN. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** A verb's medians. */
function medians(figures: readonly Figure[]): Required<Omit<Figure, "beganMs" | "endedMs">> {
  return {
    perSecond: median(figures.map(({ perSecond }) => perSecond)),
    p99Ms: median(figures.map(({ p99Ms }) => p99Ms)),
    cpuMicroseconds: median(figures.map(({ cpuMicroseconds = 0 }) => cpuMicroseconds)),
    loadMicroseconds: median(figures.map(({ loadMicroseconds }) => loadMicroseconds)),
  };
}

/** Nothing where the other's processes are not known. */
function quotient(a: number, b: number): string {
  return b > 0 ? (a / b).toFixed(2) : "";
}

function row(verb: string, rounds: readonly Round[]): string {
  const ours = medians(rounds.map((round) => round.ours[verb]!));
  const others = rounds.flatMap((round) => (round.theirs ? [round.theirs[verb]!] : []));
  const theirs = others.length > 0 ? medians(others) : undefined;
  const both = (ours: number, theirs: number | undefined) =>
    theirs === undefined ? [number(ours)] : [number(ours), number(theirs)];
  const ratio = theirs ? [quotient(ours.perSecond, theirs.perSecond)] : [];
  const cells = [
    verb,
    ...both(ours.perSecond, theirs?.perSecond),
    ...ratio,
    ...both(ours.p99Ms, theirs?.p99Ms),
    ...both(ours.cpuMicroseconds, theirs?.cpuMicroseconds),
    ...(theirs ? [theirs.cpuMicroseconds > 0 ? quotient(theirs.cpuMicroseconds, ours.cpuMicroseconds) : ""] : []),
    ...both(ours.loadMicroseconds, theirs?.loadMicroseconds),
  ];
  return `| ${cells.join(" | ")} |`;
}

export function verbTable(rounds: readonly Round[]): string {
  const formats = [...new Set(rounds.map(({ format }) => format))];
  return formats
    .map((format) => {
      const mine = rounds.filter((round) => round.format === format);
      const paired = mine.some(({ theirs }) => theirs);
      const head = paired
        ? [
            "| requests a second | Kubets | the other | ratio | p99 ms | the other's | processor µs | the other's | ratio | load's µs | with the other |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
          ]
        : ["| requests a second | Kubets | p99 ms | processor µs | load's µs |", "|---|---|---|---|---|"];
      const verbs = Object.keys(mine[0]?.ours ?? {}).sort();
      return [`${format}, medians of ${mine.length}`, "", ...head, ...verbs.map((verb) => row(verb, mine)), ""].join(
        "\n",
      );
    })
    .join("\n");
}

const mebibytes = (bytes: number | undefined): string => (bytes === undefined ? "" : (bytes / 2 ** 20).toFixed(0));

export interface MemoryFigures {
  readonly idle: readonly ProcessFigure[];
  /** In order; each is a column. */
  readonly later?: Readonly<Record<string, readonly ProcessFigure[]>>;
}

export function memoryTable({ idle, later = {} }: MemoryFigures): string {
  const columns = Object.entries(later);
  const rows = idle.map(({ pid, role, residentBytes }) => {
    const after = columns.map(([, found]) => mebibytes(found.find((one) => one.pid === pid)?.residentBytes));
    return `| ${[role, mebibytes(residentBytes), ...after].join(" | ")} |`;
  });
  const titles = ["resident MiB", "idle", ...columns.map(([title]) => title)];
  return [`| ${titles.join(" | ")} |`, `|${"---|".repeat(titles.length)}`, ...rows, ""].join("\n");
}
