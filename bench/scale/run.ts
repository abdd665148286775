/**
 * `npm run bench -- --scale [objects|watches|churn|nodes|all] [SIZE…]`: how cost grows. Figures go to `docs/plots/` as JSON, and as plots; `--quick`
 * takes small sizes and keeps nothing.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { churnTrial } from "./churn.ts";
import { nodesTrial } from "./nodes.ts";
import { objectsTrial } from "./objects.ts";
import { drawPlot } from "./plot.ts";
import type { Figure } from "./trial.ts";
import { watchesTrial } from "./watches.ts";

const folder = resolve(import.meta.dirname, "../../docs/plots");

/** Five thousand pods on a thousand nodes, thirty thousand on five thousand. */
const podsPerNode = (nodes: number): number => (nodes >= 5000 ? 6 : 5);

interface Chart {
  readonly file: string;
  readonly title: string;
  readonly unit: string;
  /** Names of values, and what they are called in the plot. */
  readonly lines: Readonly<Record<string, string>>;
}

interface Trial {
  readonly run: (size: number) => Promise<Figure>;
  readonly sizes: readonly number[];
  readonly quick: readonly number[];
  readonly charts: readonly Chart[];
}

const memory = (file: string, title: string): Chart => ({
  file,
  title,
  unit: "MiB resident",
  lines: { idleMebibytes: "before the pods", residentMebibytes: "in the end" },
});

const trials: Readonly<Record<string, Trial>> = {
  objects: {
    run: objectsTrial,
    sizes: [10_000, 30_000, 100_000, 300_000],
    quick: [3000],
    charts: [
      {
        file: "objects-latency",
        title: "A get beside one list of everything a second",
        unit: "ms",
        lines: {
          aloneP99Milliseconds: "p99, no lists",
          besideListsP99Milliseconds: "p99",
          besideListsMaximumMilliseconds: "worst",
        },
      },
      {
        file: "objects-list",
        title: "One list of objects of 1 kB",
        unit: "s",
        lines: { listSeconds: "to its end", listProcessorSeconds: "of a processor" },
      },
      memory("objects-memory", "Memory by objects of 1 kB"),
    ],
  },
  watches: {
    run: watchesTrial,
    sizes: [10, 100, 300, 1000],
    quick: [20],
    charts: [
      {
        file: "watches-events",
        title: "Events delivered by watches of one kind",
        unit: "events a second",
        lines: { eventsPerSecond: "events a second" },
      },
      memory("watches-memory", "Memory by watches"),
    ],
  },
  churn: {
    run: churnTrial,
    sizes: [2500, 5000, 10_000, 15_000],
    quick: [600],
    charts: [
      {
        file: "churn-ready",
        title: "From create to ready, 100 simulated nodes",
        unit: "ms",
        lines: { readyP50Milliseconds: "p50", readyP99Milliseconds: "p99" },
      },
    ],
  },
  nodes: {
    run: (nodes) => nodesTrial({ nodes, pods: nodes * podsPerNode(nodes) }),
    sizes: [100, 300, 1000, 2000, 5000],
    quick: [20],
    charts: [
      {
        file: "nodes-ready",
        title: "Simulated nodes, and five or six pods on each",
        unit: "s",
        lines: { nodesReadySeconds: "nodes ready", podsReadySeconds: "pods ready" },
      },
      memory("nodes-memory", "Memory by nodes, five or six pods on each"),
    ],
  },
};

function draw(figures: readonly Figure[], { file, title, unit, lines }: Chart): void {
  const series = Object.entries(lines).flatMap(([value, name]) => {
    const points = figures.flatMap(({ size, values }) =>
      Number.isFinite(values[value]) ? [[size, values[value]!] as const] : [],
    );
    return points.length > 0 ? [{ name, points }] : [];
  });
  writeFileSync(join(folder, `${file}.svg`), drawPlot({ title, x: figures[0]!.along, y: unit, series }));
}

async function runTrial(name: string, { run, sizes, quick, charts }: Trial, isQuick: boolean): Promise<void> {
  for (const size of isQuick ? quick : sizes) {
    const [loadAverage] = loadavg();
    const measured = await run(size);
    // Of the machine before: beside others' work times say little, processor time and memory more.
    const figure = { ...measured, values: { ...measured.values, loadAverage: loadAverage! } };
    process.stdout.write(`${JSON.stringify(figure)}\n`);
    if (!isQuick) keep(name, figure, charts);
  }
}

/** Beside what was measured at other sizes. */
function keep(name: string, figure: Figure, charts: readonly Chart[]): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Figure[]) : [];
  const figures = [...known.filter(({ size }) => size !== figure.size), figure].sort((a, b) => a.size - b.size);
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
  for (const chart of charts) draw(figures, chart);
}

/** `what`: a trial's name, or `all`. `only`: these sizes instead of all. */
export async function runScale(
  what: string,
  { quick, only }: { readonly quick: boolean; readonly only: readonly number[] },
): Promise<void> {
  const chosen = what === "all" ? Object.keys(trials) : [what];
  for (const name of chosen) {
    const trial = trials[name];
    if (!trial) throw new Error(`--scale takes ${[...Object.keys(trials), "all"].join(", ")}, not "${what}"`);
    await runTrial(name, only.length > 0 ? { ...trial, sizes: only } : trial, quick);
  }
}
