/** simulate [--target store|scheduler] [--seeds N] [--from N] [--seed N]: a seed that fails is printed, and taken alone with --seed. */
import { parseArgs } from "node:util";
import { simulations } from "../simulate/simulations.ts";

const flags = {
  target: { type: "string" },
  seeds: { type: "string", default: "5000" },
  from: { type: "string", default: "1" },
  seed: { type: "string" },
} as const;

export async function simulateCommand(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: flags });
  const from = Number(values.seed ?? values.from);
  const count = values.seed === undefined ? Number(values.seeds) : 1;
  let good = true;
  for (const [name, simulate] of Object.entries(simulations))
    if (values.target === undefined || name === values.target)
      good = (await many(name, simulate, { from, count })) && good;
  return good;
}

type Simulate = (seed: number) => Promise<Readonly<Record<string, number>>>;

async function many(
  name: string,
  simulate: Simulate,
  { from, count }: { from: number; count: number },
): Promise<boolean> {
  const began = Date.now();
  const totals: Record<string, number> = {};
  const failed: number[] = [];
  for (let seed = from; seed < from + count && failed.length < 10; seed++) {
    try {
      for (const [key, value] of Object.entries(await simulate(seed))) totals[key] = (totals[key] ?? 0) + value;
    } catch (error) {
      failed.push(seed);
      process.stdout.write(`${name}: seed ${seed} FAILED\n${error instanceof Error ? error.stack : error}\n`);
    }
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  const figures = Object.entries(totals).map(([key, value]) => `${value} ${key}`);
  process.stdout.write(
    `${name}: ${count} seeds from ${from} in ${seconds} s, ${figures.join(", ")}, ${failed.length} failed\n`,
  );
  for (const seed of failed) process.stdout.write(`replay: npm run soak -- simulate --target ${name} --seed ${seed}\n`);
  return failed.length === 0;
}
