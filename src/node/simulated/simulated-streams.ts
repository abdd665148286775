/** Exec, attach and port-forward of simulated pods: what is known is answered, for the rest a sentence says that nothing runs. */
import {
  acceptPortForward,
  acceptRemoteCommand,
  commandExited,
  commandFailed,
  type StreamFlags,
  type UpgradeRequest,
} from "../../client/mod.ts";
import { foresee } from "./script.ts";

/** A shell's code for a command that cannot be run. */
const cannotRun = 126;

export interface CommandAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** `hostname` and what needs no process at all; of the rest the caller is told that it did not run. */
export function answerCommand(command: readonly string[], hostname: string): CommandAnswer {
  if (command.length === 1 && command[0] === "hostname") return { stdout: `${hostname}\n`, stderr: "", exitCode: 0 };
  const known = foresee(command);
  if (known !== undefined)
    return { stdout: known.output.map(({ text }) => text).join(""), stderr: "", exitCode: known.exitCode };
  const stderr = `this pod is simulated: no process runs in it, and "${command.join(" ")}" was not run\n`;
  return { stdout: "", stderr, exitCode: cannotRun };
}

export async function serveCommand(upgrade: UpgradeRequest, flags: StreamFlags, answer: CommandAnswer): Promise<void> {
  const server = await acceptRemoteCommand(upgrade, flags);
  if (server === undefined) return;
  server.stdout?.write(answer.stdout);
  (server.stderr ?? server.stdout)?.write(answer.stderr);
  await server.finish(commandExited(answer.exitCode));
}

/** There is no process whose output could come; in the words in which a kubelet says that its runtime could not attach. */
export async function refuseAttach(upgrade: UpgradeRequest, flags: StreamFlags): Promise<void> {
  const server = await acceptRemoteCommand(upgrade, flags);
  const why = "this pod is simulated: no process runs in it";
  await server?.finish(commandFailed(`Internal error occurred: error attaching to container: ${why}`));
}

export async function servePorts(upgrade: UpgradeRequest, ports: readonly number[]): Promise<void> {
  const refuse = async (port: number) => {
    throw new Error(`this pod is simulated: nothing listens on port ${port}`);
  };
  await acceptPortForward(upgrade, refuse, ports);
}
