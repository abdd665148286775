/** `kubets logs-of`: where a person finds what a component says. */
import { spawn } from "node:child_process";
import { createReadStream, readdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { clusterPaths } from "../../cluster/narrow.ts";
import { UsageError } from "../failure.ts";
import { alignColumns } from "../kubectl/table.ts";
import { requireState } from "./require-state.ts";

/** A node's agent goes by the node's name, as in the option's help and in `kubets status`. */
export const componentOf = (file: string): string => file.replace(/\.log$/, "").replace(/^node-(?=node-)/, "");

export async function logsOf(
  component: string | undefined,
  flags: { readonly name: string; readonly follow?: boolean },
): Promise<void> {
  const state = requireState(flags.name);
  const { logs } = clusterPaths(flags.name, state.options.data);
  const files = readdirSync(logs);
  if (!component) {
    process.stdout.write(alignColumns(files.map((file) => [componentOf(file), join(logs, file)])));
    return;
  }
  const found = files.find((file) => componentOf(file) === component || file === `${component}.log`);
  if (!found) throw new UsageError(`there is no log of ${component}; there are: ${files.map(componentOf).join(", ")}`);
  const file = join(logs, found);
  if (!flags.follow) return pipeline(createReadStream(file), process.stdout, { end: false });
  const tail = spawn("tail", ["-n", "+1", "-F", "--", file], { stdio: "inherit" });
  await new Promise((resolve) => tail.on("close", resolve));
}
