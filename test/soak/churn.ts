/** churn [--minutes N] [--rate N] [--round SECONDS]: objects come and go in a cluster for so long, and its memory must not grow: see docs/robustness.md. */
import { parseArgs } from "node:util";
import { churn, type Round } from "../churn/churn.ts";
import { type Allowance, fewestSamples, growthOf } from "../churn/growth.ts";
import type { Memory } from "../churn/inspected-process.ts";

const flags = {
  minutes: { type: "string", default: "60" },
  rate: { type: "string", default: "3" },
  round: { type: "string", default: "60" },
} as const;

type Part = "controlPlane" | "supervisor";

/** Of what JavaScript holds after a collection little is noise; what the system has given also depends on where things happen to lie. */
const judged: readonly (readonly [Part, keyof Memory, Allowance])[] = [
  ["controlPlane", "heap", { share: 0.03, mebibytes: 2 }],
  ["controlPlane", "external", { share: 0.1, mebibytes: 2 }],
  ["controlPlane", "anonymous", { share: 0.05, mebibytes: 8 }],
  ["controlPlane", "resident", { share: 0.05, mebibytes: 8 }],
  ["supervisor", "heap", { share: 0.03, mebibytes: 1 }],
  ["supervisor", "resident", { share: 0.05, mebibytes: 4 }],
];

export async function churnCommand(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: flags });
  const roundMs = Number(values.round) * 1000;
  const rounds = Math.floor((Number(values.minutes) * 60_000) / roundMs);
  if (rounds < fewestSamples)
    throw new Error(`${rounds} rounds are too few to say anything: at least ${fewestSamples}`);
  process.stdout.write(`${head}\n`);
  let count = 0;
  const onRound = (round: Round) => process.stdout.write(`${row(++count, round)}\n`);
  return verdict(await churn({ rounds, roundMs, rate: Number(values.rate), onRound }));
}

const head = [
  "round",
  "lives",
  "failed",
  "cpu s",
  "resident MiB",
  "anonymous",
  "heap",
  "its code",
  "external",
  "supervisor resident",
  "its heap",
].join("\t");

function row(count: number, { controlPlane, supervisor, lives, failed, processorSeconds }: Round): string {
  const { resident, anonymous, heap, code, external } = controlPlane;
  const sizes = [resident, anonymous, heap, code, external, supervisor.resident, supervisor.heap];
  return [count, lives, failed, ...[processorSeconds, ...sizes].map((one) => one.toFixed(1))].join("\t");
}

function verdict(rounds: readonly Round[]): boolean {
  let good = rounds.at(-1)?.failed === 0;
  for (const [part, what, allowance] of judged) {
    const samples = rounds.map((round) => round[part][what]);
    const { earlier, later, grows } = growthOf(samples, allowance);
    good = good && !grows;
    process.stdout.write(
      `${grows ? "GROWS" : "stays"}: ${part} ${what}, second quarter ${earlier.toFixed(1)} MiB, last ${later.toFixed(1)} MiB\n`,
    );
  }
  return good;
}
