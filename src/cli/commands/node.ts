/** `kubets node exec`: a command in a node's network namespace. */
import { spawn } from "node:child_process";
import { nodeEnter } from "../../cluster/mod.ts";
import { requireState } from "./require-state.ts";

export async function nodeExec(
  name: string,
  command: readonly string[],
  flags: { readonly name: string },
): Promise<void> {
  const state = requireState(flags.name);
  const [program, ...args] = [...nodeEnter(state, name), ...command];
  const child = spawn(program!, args, { stdio: "inherit" });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve(signal ? 1 : (status ?? 1)));
  });
}
