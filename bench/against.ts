/** Kubets under the load, alternating with another API server where one is named: rates, slowest requests, processor time, memory, starts. */
import { setTimeout as delay } from "node:timers/promises";
import { measureDeployments } from "./deployments.ts";
import { type BenchCluster, type ProcessFigure, processFigure, startCluster } from "./kubets.ts";
import { buildLoad, type Figures, runLoad, withPods } from "./load.ts";
import { memoryTable, type Round, verbTable } from "./report.ts";
import { measureStart } from "./start.ts";

export interface ComparisonOptions {
  /** `URL,TOKEN` of the other. */
  readonly against: string | undefined;
  /** Process ids of the other, with commas between. */
  readonly processes: string;
  readonly rounds: number;
  /** Rounds before those, which are not counted: V8 compiles what has run often, and a server runs for longer than a trial. The other has one. */
  readonly warmUp: number;
  readonly objects: number;
  /** Whether pods on real containers are measured too. */
  readonly nodes: boolean;
}

const formats = ["protobuf", "json"];
const lists = 48;
/** That are there while memory is measured. */
const memoryPods = 4000;
/** In which a process that has become quiet has collected, too, and given back all that it does not need. */
const quietMs = 150_000;

interface Target {
  readonly server: string;
  readonly token: string;
  readonly processes: readonly number[];
}

function parseTarget({ against, processes }: ComparisonOptions): Target | undefined {
  if (against === undefined) return undefined;
  const [server, token] = against.split(",");
  if (!server || !token) throw new Error(`--against takes URL,TOKEN, not "${against}"`);
  return { server, token, processes: processes.split(",").filter(Boolean).map(Number) };
}

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function loadRounds(
  program: string,
  kubets: BenchCluster,
  other: Target | undefined,
  { rounds, warmUp, objects }: ComparisonOptions,
): Promise<Round[]> {
  const done: Round[] = [];
  const mine: Target = { ...kubets, processes: await kubets.controlPlane() };
  for (let round = 1 - warmUp; round <= rounds; round++)
    for (const format of formats) {
      process.stderr.write(`${round < 1 ? "not counted" : `round ${round}`}, ${format}\n`);
      const options = { format, objects, lists };
      const ours: Figures = await runLoad(program, { ...options, ...mine });
      const theirs = round >= 0 && other ? await runLoad(program, { ...options, ...other }) : undefined;
      const figures = { format, ours, ...(theirs ? { theirs } : {}) };
      process.stderr.write(`${JSON.stringify(figures)}\n`);
      if (round >= 1) done.push(figures);
    }
  return done;
}

async function compareControlPlanes(options: ComparisonOptions): Promise<void> {
  const other = parseTarget(options);
  const program = await buildLoad();
  const alone = await startCluster({ nodes: 0 });
  try {
    const everyone = async (): Promise<ProcessFigure[]> => [
      ...(await alone.processes()),
      ...(other?.processes.map((pid) => processFigure(`the other's ${pid}`, pid)) ?? []),
    ];
    const idle = await everyone();
    print(`control plane alone: ready to answer after ${alone.readyMs.toFixed(0)} ms\n`);
    const manyPods = { objects: memoryPods };
    const filled = await withPods(program, { ...alone, ...manyPods }, () =>
      other ? withPods(program, { ...other, ...manyPods }, everyone) : everyone(),
    );
    print(verbTable(await loadRounds(program, alone, other, options)));
    const after = await everyone();
    await delay(quietMs);
    const later = { [`with ${memoryPods} pods`]: filled, "after the load": after, "150 s later": await everyone() };
    print(memoryTable({ idle, later }));
  } finally {
    await alone.stop();
  }
}

async function measureNode(): Promise<void> {
  const cluster = await startCluster({ nodes: 1 });
  try {
    print(`with one node on real containers: ready after ${cluster.readyMs.toFixed(0)} ms`);
    for (const line of await measureDeployments(cluster)) print(line);
    print(memoryTable({ idle: await cluster.processes() }));
  } finally {
    await cluster.stop();
  }
}

export async function compareServers(options: ComparisonOptions): Promise<void> {
  await compareControlPlanes(options);
  for (const line of await measureStart()) print(line);
  if (options.nodes) await measureNode();
}
