/** The benchmark's trials, by option; without one the whole of it, alternating with another API server where one is named. */
import { parseArgs } from "node:util";
import { compareServers } from "./against.ts";
import { profileVerbs } from "./profile.ts";
import { compareWithCommitted } from "./quick.ts";
import { runScale } from "./scale/run.ts";
import { measureStart } from "./start.ts";

const { values, positionals } = parseArgs({
  allowNegative: true,
  allowPositionals: true,
  options: {
    against: { type: "string" },
    "against-processes": { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
    "warm-up": { type: "string", default: "8" },
    objects: { type: "string", default: "2000" },
    nodes: { type: "boolean", default: process.getuid?.() === 0 },
    quick: { type: "boolean", default: false },
    "save-ratios": { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    start: { type: "boolean", default: false },
    scale: { type: "boolean", default: false },
  },
});

const [trial = "all", ...sizes] = positionals;
if (values.scale) await runScale(trial, { quick: values.quick, only: sizes.map(Number) });
else if (values.quick) process.exitCode = (await compareWithCommitted({ save: values["save-ratios"] })) ? 0 : 1;
else if (values.start) process.stdout.write(`${(await measureStart()).join("\n")}\n`);
else if (values.profile)
  for (const format of ["protobuf", "json"]) process.stdout.write(`${await profileVerbs(format)}\n`);
else
  await compareServers({
    against: values.against,
    processes: values["against-processes"],
    rounds: Number(values.rounds),
    warmUp: Number(values["warm-up"]),
    objects: Number(values.objects),
    nodes: values.nodes,
  });
