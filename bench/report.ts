/** Tables of what was measured: medians, and the ratio taken in the same run. */

import type { ProcessFigure } from "./kubets.ts";
import type { Figures } from "./load.ts";

export interface Round {
  readonly format: string;
  readonly ours: Figures;
  readonly theirs?: Figures;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

function row(verb: string, rounds: readonly Round[]): string {
  const ours = median(rounds.map((round) => round.ours[verb]!.perSecond));
  const p99 = median(rounds.map((round) => round.ours[verb]!.p99Ms));
  const others = rounds.flatMap((round) => (round.theirs ? [round.theirs[verb]!] : []));
  if (others.length === 0) return `| ${verb} | ${number(ours)} | ${number(p99)} |`;
  const theirs = median(others.map(({ perSecond }) => perSecond));
  const theirP99 = median(others.map(({ p99Ms }) => p99Ms));
  return `| ${verb} | ${number(ours)} | ${number(theirs)} | ${(ours / theirs).toFixed(2)} | ${number(p99)} | ${number(theirP99)} |`;
}

export function verbTable(rounds: readonly Round[]): string {
  const formats = [...new Set(rounds.map(({ format }) => format))];
  return formats
    .map((format) => {
      const mine = rounds.filter((round) => round.format === format);
      const paired = mine.some(({ theirs }) => theirs);
      const head = paired
        ? ["| requests a second | Kubets | the other | ratio | p99 ms | the other's |", "|---|---|---|---|---|---|"]
        : ["| requests a second | Kubets | p99 ms |", "|---|---|---|"];
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
  readonly loaded?: readonly ProcessFigure[];
}

export function memoryTable({ idle, loaded }: MemoryFigures): string {
  const rows = idle.map(({ role, residentBytes }) => {
    const after = loaded?.find((one) => one.role === role)?.residentBytes;
    return `| ${role} | ${mebibytes(residentBytes)} |${loaded ? ` ${mebibytes(after)} |` : ""}`;
  });
  const head = loaded
    ? ["| resident MiB | idle | after the load |", "|---|---|---|"]
    : ["| resident MiB | idle |", "|---|---|"];
  return [...head, ...rows, ""].join("\n");
}
