/** histories [--kills N] [--between N] [--rounds N] [--seed N]: a server is killed so often, and what its clients saw is checked. */
import { parseArgs } from "node:util";
import { recordHistory } from "../histories/histories.ts";

const flags = {
  kills: { type: "string", default: "100" },
  between: { type: "string", default: "200" },
  rounds: { type: "string", default: "1" },
  seed: { type: "string" },
} as const;

export async function historiesCommand(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: flags });
  const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  let good = true;
  for (let seed = first; seed < first + Number(values.rounds); seed++) {
    const began = Date.now();
    const onKill = (count: number) => count % 10 === 0 && process.stdout.write(`killed ${count} times\n`);
    const found = await recordHistory({ seed, kills: Number(values.kills), between: Number(values.between), onKill });
    const { problems, ...figures } = found;
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    process.stdout.write(
      `seed ${seed}, ${values.kills} kills, ${seconds} s: ${JSON.stringify(figures)}, ${problems.length} problems\n`,
    );
    for (const problem of problems.slice(0, 20)) process.stdout.write(`FOUND ${problem}\n`);
    good = good && problems.length === 0;
  }
  return good;
}
