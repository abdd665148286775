/** `kubets logs-of`: where a person finds what a component says. */
import { spawn } from "node:child_process";
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { clusterPaths } from "../../cluster/narrow.ts";
import { UsageError } from "../failure.ts";
import { requireState } from "./require-state.ts";

export async function logsOf(
  component: string | undefined,
  flags: { readonly name: string; readonly follow?: boolean },
): Promise<void> {
  const state = requireState(flags.name);
  const { logs } = clusterPaths(flags.name, state.options.data);
  const names = readdirSync(logs).map((file) => file.replace(/\.log$/, ""));
  if (!component) {
    process.stdout.write(`${names.map((name) => `${name}\t${join(logs, `${name}.log`)}`).join("\n")}\n`);
    return;
  }
  const file = [component, `node-${component}`]
    .filter((name) => names.includes(name))
    .map((name) => join(logs, `${name}.log`))[0];
  if (!file || !existsSync(file))
    throw new UsageError(`there is no log of ${component}; there are: ${names.join(", ")}`);
  if (!flags.follow) return pipeline(createReadStream(file), process.stdout, { end: false });
  const tail = spawn("tail", ["-n", "+1", "-F", "--", file], { stdio: "inherit" });
  await new Promise((resolve) => tail.on("close", resolve));
}
