/**
 * histories [--kills N] [--between N] [--rounds N] [--seed N] [--keep FILE]: a server is killed so often, and what its clients saw is checked.
 * --judge FILE checks a history that was kept once more.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { check } from "../histories/check.ts";
import { recordHistory } from "../histories/histories.ts";
import type { History } from "../histories/history.ts";

const flags = {
  kills: { type: "string", default: "100" },
  between: { type: "string", default: "200" },
  rounds: { type: "string", default: "1" },
  seed: { type: "string" },
  keep: { type: "string" },
  judge: { type: "string" },
} as const;

export async function historiesCommand(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: flags });
  if (values.judge !== undefined) return judge(JSON.parse(readFileSync(values.judge, "utf8")) as History);
  const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  let good = true;
  for (let seed = first; seed < first + Number(values.rounds); seed++) {
    const began = Date.now();
    const onKill = (count: number) => count % 10 === 0 && process.stdout.write(`killed ${count} times\n`);
    const options = { seed, kills: Number(values.kills), between: Number(values.between), onKill };
    const { history, ...figures } = await recordHistory(options);
    if (values.keep !== undefined) writeFileSync(values.keep, JSON.stringify(history));
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    process.stdout.write(`seed ${seed}, ${values.kills} kills, ${seconds} s: ${JSON.stringify(figures)}\n`);
    good = judge(history) && good;
  }
  return good;
}

function judge(history: History): boolean {
  const before = process.cpuUsage();
  const problems = check(history);
  const { user, system } = process.cpuUsage(before);
  const seconds = ((user + system) / 1e6).toFixed(1);
  process.stdout.write(
    `${history.operations.length} operations judged in ${seconds} s of processor time: ${problems.length} problems\n`,
  );
  for (const problem of problems.slice(0, 20)) process.stdout.write(`FOUND ${problem}\n`);
  return problems.length === 0;
}
