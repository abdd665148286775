/** The benchmark: starts Kubets, loads it with client-go, and alternates that with another API server where one is named. */
import { parseArgs } from "node:util";
import { measureDeployments } from "./deployments.ts";
import { type BenchCluster, type ProcessFigure, processFigure, startCluster } from "./kubets.ts";
import { buildLoad, type Figures, runLoad, withPods } from "./load.ts";
import { memoryTable, type Round, verbTable } from "./report.ts";

const { values } = parseArgs({
  allowNegative: true,
  options: {
    against: { type: "string" },
    "against-processes": { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
    objects: { type: "string", default: "2000" },
    quick: { type: "boolean", default: false },
    nodes: { type: "boolean", default: process.getuid?.() === 0 },
  },
});
const formats = values.quick ? ["protobuf"] : ["protobuf", "json"];
const rounds = values.quick ? 1 : Number(values.rounds);
const objects = values.quick ? 500 : Number(values.objects);
const lists = values.quick ? 16 : 48;
/** That are there while memory is measured. */
const memoryPods = values.quick ? 500 : 4000;

interface Target {
  readonly server: string;
  readonly token: string;
  readonly processes: readonly number[];
}

function parseTarget(text: string): Target {
  const [server, token] = text.split(",");
  if (!server || !token) throw new Error(`--against takes URL,TOKEN, not "${text}"`);
  const processes = values["against-processes"].split(",").filter(Boolean).map(Number);
  return { server, token, processes };
}

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function loadRounds(program: string, kubets: BenchCluster, other: Target | undefined): Promise<Round[]> {
  const done: Round[] = [];
  const controlPlane = (await kubets.processes()).filter(({ role }) => role === "control-plane");
  const mine: Target = { ...kubets, processes: controlPlane.map(({ pid }) => pid) };
  for (let round = 0; round < rounds; round++)
    for (const format of formats) {
      process.stderr.write(`round ${round + 1}, ${format}\n`);
      const options = { format, objects, lists };
      const ours: Figures = await runLoad(program, { ...options, ...mine });
      const theirs = other && (await runLoad(program, { ...options, ...other }));
      done.push({ format, ours, ...(theirs ? { theirs } : {}) });
      process.stderr.write(`${JSON.stringify(done.at(-1))}\n`);
    }
  return done;
}

const other = values.against === undefined ? undefined : parseTarget(values.against);
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
  const rounds = await loadRounds(program, alone, other);
  print(verbTable(rounds));
  const later = { [`with ${memoryPods} pods`]: filled, "after the load": await everyone() };
  print(memoryTable({ idle, later }));
} finally {
  await alone.stop();
}
if (values.nodes) {
  const cluster = await startCluster({ nodes: 1 });
  try {
    print(`with one node on real containers: ready after ${cluster.readyMs.toFixed(0)} ms`);
    for (const line of await measureDeployments(cluster)) print(line);
    print(memoryTable({ idle: await cluster.processes() }));
  } finally {
    await cluster.stop();
  }
}
