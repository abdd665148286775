/**
 * Whether Kubets has become slower since the ratios were committed: the processor time of each verb as a multiple of what the reference server
 * spends on a request, taken in the same run. Under two minutes; no other API server is needed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCluster } from "./kubets.ts";
import { buildLoad, runLoad } from "./load.ts";
import { startReference } from "./reference.ts";

/** By verb: how many times the reference's processor time. */
type Ratios = Readonly<Record<string, number>>;

const file = join(import.meta.dirname, "ratios.json");
const rounds = 4;
/** What two runs of the same code may differ by, on a machine that does other things as well. */
const tolerance = 1.4;

/** The least of all rounds on both sides: what else goes on only ever adds. */
async function measureRatios(): Promise<Ratios> {
  const program = await buildLoad();
  const reference = await startReference(program);
  const cluster = await startCluster({ nodes: 0 });
  try {
    const processes = await cluster.controlPlane();
    const load = { ...cluster, processes, format: "protobuf", objects: 1000, lists: 32 };
    let unit = Number.POSITIVE_INFINITY;
    const least: Record<string, number> = {};
    for (let round = 0; round < rounds; round++) {
      unit = Math.min(unit, await reference.measure());
      for (const [verb, { cpuMicroseconds = 0 }] of Object.entries(await runLoad(program, load)))
        least[verb] = Math.min(least[verb] ?? Number.POSITIVE_INFINITY, cpuMicroseconds);
    }
    return Object.fromEntries(Object.entries(least).map(([verb, cost]) => [verb, Number((cost / unit).toFixed(2))]));
  } finally {
    await cluster.stop();
    await reference.stop();
  }
}

/** Prints a table, and answers whether no verb has become slower. With `save` the ratios are committed instead. */
export async function compareWithCommitted({ save }: { readonly save: boolean }): Promise<boolean> {
  const found = await measureRatios();
  if (save) writeFileSync(file, `${JSON.stringify(found, undefined, 2)}\n`);
  const committed = JSON.parse(readFileSync(file, "utf8")) as Ratios;
  const slower = (verb: string): boolean => found[verb]! > (committed[verb] ?? Number.POSITIVE_INFINITY) * tolerance;
  const rows = Object.keys(found).map(
    (verb) => `| ${verb} | ${found[verb]} | ${committed[verb] ?? ""} | ${slower(verb) ? "slower" : ""} |`,
  );
  const head = ["| processor time, in requests of the reference | now | committed | |", "|---|---|---|---|"];
  process.stdout.write(`${[...head, ...rows].join("\n")}\n`);
  return !Object.keys(found).some(slower);
}
