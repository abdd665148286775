/** fuzz [--target NAME] [--inputs N] [--seed N] [--input FILE] [--findings FOLDER]: see docs/robustness.md. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { FuzzReport } from "../fuzz/fuzzer.ts";
import type { FuzzTarget } from "../fuzz/target.ts";
import { targets } from "../fuzz/targets.ts";
import { Random } from "../support/random.ts";

const flags = {
  target: { type: "string" },
  inputs: { type: "string", default: "1000000" },
  seed: { type: "string" },
  input: { type: "string" },
  findings: { type: "string", default: join(tmpdir(), "kubets-findings") },
} as const;

export async function fuzzCommand(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: flags });
  const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target);
  if (chosen.length === 0) throw new Error(`there is no target ${values.target}: ${targets.map(({ name }) => name)}`);
  if (values.input !== undefined) return one(chosen[0]!, readFileSync(values.input));
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
  let good = true;
  for (const target of chosen) {
    const report = await watched(target, { seed, inputs: Number(values.inputs), findings: values.findings });
    if (report.findings > 0) good = false;
  }
  return good;
}

/** One input again, as it came: its error, or the time it takes. */
async function one(target: FuzzTarget, input: Buffer): Promise<boolean> {
  await target.setUp?.();
  const began = performance.now();
  try {
    await target.run(input, new Random(input.length));
    process.stdout.write(`accepted in ${(performance.now() - began).toFixed(1)} ms\n`);
    return true;
  } catch (error) {
    const expected = target.isExpected(error);
    process.stdout.write(`${expected ? "refused" : "FOUND"} in ${(performance.now() - began).toFixed(1)} ms\n`);
    process.stdout.write(`${error instanceof Error ? error.stack : error}\n`);
    return expected;
  } finally {
    await target.tearDown?.();
  }
}

export interface Job {
  readonly target: string;
  readonly seed: number;
  readonly inputs: number;
  readonly findings: string;
}

/** Of processor time, longer than any input may take, by far: the decoder hangs. */
const hangMs = 20_000;
/** What waits for something that does not come spends none. */
const silentMs = 300_000;
/** First how many inputs have been taken and how long the one in hand is, 4 bytes each; then that. */
export const inputBytes = 256 * 1024;

/** In a thread of its own, so that an input that hangs can be told. */
async function watched(target: FuzzTarget, options: Omit<Job, "target">): Promise<{ findings: number }> {
  const shared = new SharedArrayBuffer(inputBytes);
  const job: Job = { target: target.name, ...options };
  const began = Date.now();
  process.stdout.write(`${target.name}: seed ${options.seed}\n`);
  const worker = new Worker(new URL("./fuzz-worker.ts", import.meta.url), { workerData: { job, shared } });
  const hand = Buffer.from(shared);
  let [lastCount, lastSign, lastSpent] = [0, Date.now(), spentMs()];
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const count = hand.readUInt32LE(0);
      // Before the first there is only the loading, which on a busy machine takes long.
      if (count !== lastCount || count === 0) [lastCount, lastSign, lastSpent] = [count, Date.now(), spentMs()];
      if (spentMs() - lastSpent < hangMs && Date.now() - lastSign < silentMs) return;
      giveUp("HANGS");
      void worker.terminate();
    }, 1000);
    const giveUp = (how: string) => {
      const file = keep(options.findings, target.name, 0, hand.subarray(8, 8 + hand.readUInt32LE(4)));
      process.stdout.write(`${target.name}: ${how} on ${file}\n`);
      end({ findings: 1 });
    };
    const end = (result: { findings: number }) => {
      clearInterval(timer);
      resolve(result);
    };
    worker.on("message", (report: FuzzReport) => {
      print(target.name, report, { began, folder: options.findings });
      end({ findings: report.findings.length });
    });
    // Memory that ran out, for one.
    worker.on("error", (error) => giveUp(`DIES (${(error as Error).message})`));
  });
}

/** Of all threads: on a busy machine the one that works may have no turn for long. */
function spentMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function keep(folder: string, name: string, index: number, input: Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${index}-${process.pid}`);
  writeFileSync(file, input);
  return file;
}

function print(name: string, report: FuzzReport, { began, folder }: { began: number; folder: string }): void {
  const seconds = (Date.now() - began) / 1000;
  const megabytes = (report.heapGrowthBytes / 2 ** 20).toFixed(1);
  process.stdout.write(
    `${name}: ${report.inputs} inputs in ${seconds.toFixed(0)} s, ${report.accepted} accepted, ${report.kept} kept, ` +
      `slowest ${report.slowestMs.toFixed(0)} ms, heap ${megabytes} MiB more, ${report.findings.length} findings\n`,
  );
  report.findings.forEach(({ problem, input }, index) => {
    process.stdout.write(`FOUND, ${keep(folder, name, index, Buffer.from(input))}\n${problem}\n`);
  });
}
