/** Where the control plane's main thread spends the time of each verb: one whole load to become warm, one that is looked at. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CpuProfile, type Shares } from "./cpu-profile.ts";
import { startCluster } from "./kubets.ts";
import { buildLoad, type Figures, runLoad } from "./load.ts";

/** Parts with less in every verb are told together. */
const worthARow = 0.015;

/** The monotonic clock, in which profiles count, less the one that the load counts in; microseconds. */
const clockDifference = (): number => Number(process.hrtime.bigint() / 1000n) - Date.now() * 1000;

/** Runs the load, and answers when each verb was measured and the profile of the control plane. */
async function record(folder: string, format: string): Promise<{ figures: Figures; profile: CpuProfile }> {
  const program = await buildLoad();
  process.env["NODE_OPTIONS"] = `--cpu-prof --cpu-prof-dir=${folder}`;
  const cluster = await startCluster({ nodes: 0 }).finally(() => delete process.env["NODE_OPTIONS"]);
  const processes = await cluster.controlPlane();
  let figures: Figures;
  try {
    const load = { ...cluster, processes, format, objects: 3000, lists: 48 };
    await runLoad(program, load);
    figures = await runLoad(program, load);
  } finally {
    await cluster.stop();
  }
  const file = readdirSync(folder).find((name) => name.split(".").includes(String(processes[0])));
  if (!file) throw new Error("the control plane wrote no profile");
  return { figures, profile: new CpuProfile(join(folder, file)) };
}

const percent = (share: number | undefined): string => (share && share >= 0.005 ? `${Math.round(share * 100)}` : "");

function table(verbs: readonly string[], shares: readonly Shares[]): string {
  const weight = (part: string): number => Math.max(...shares.map(({ parts }) => parts[part] ?? 0));
  const all = [...new Set(shares.flatMap(({ parts }) => Object.keys(parts)))].sort((a, b) => weight(b) - weight(a));
  const large = all.filter((part) => weight(part) >= worthARow);
  const rest = shares.map(({ parts }) =>
    all.filter((part) => weight(part) < worthARow).reduce((sum, part) => sum + (parts[part] ?? 0), 0),
  );
  const rows = [
    ["the thread was busy", ...shares.map(({ busy }) => percent(busy))],
    ...large.map((part) => [part, ...shares.map(({ parts }) => percent(parts[part]))]),
    ["all others", ...rest.map(percent)],
  ];
  const head = [`| in a hundred | ${verbs.join(" | ")} |`, `|${"---|".repeat(verbs.length + 1)}`];
  return [...head, ...rows.map((cells) => `| ${cells.join(" | ")} |`), ""].join("\n");
}

export async function profileVerbs(format: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "kubets-profile-"));
  try {
    const { figures, profile } = await record(folder, format);
    const difference = clockDifference();
    const shares = Object.values(figures).map(({ beganMs, endedMs }) =>
      profile.between(beganMs * 1000 + difference, endedMs * 1000 + difference),
    );
    return `${format}\n\n${table(Object.keys(figures), shares)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
