/** npm run soak -- KIND: the tests that take as long as they are given. Each prints its seed, and takes it again with --seed. */
import { churnCommand } from "./churn.ts";
import { fuzzCommand } from "./fuzz.ts";
import { historiesCommand } from "./histories.ts";
import { idleCommand } from "./idle.ts";
import { simulateCommand } from "./simulate.ts";

const kinds: Readonly<Record<string, (args: readonly string[]) => Promise<boolean>>> = {
  fuzz: fuzzCommand,
  simulate: simulateCommand,
  histories: historiesCommand,
  idle: idleCommand,
  churn: churnCommand,
};

const [kind = "", ...args] = process.argv.slice(2);
const run = kinds[kind];
if (!run) {
  process.stderr.write(`usage: npm run soak -- ${Object.keys(kinds).join("|")} [flags]\n`);
  process.exitCode = 2;
} else process.exitCode = (await run(args)) ? 0 : 1;
