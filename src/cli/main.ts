/** The `kubets` command: every verb loads only what it needs. */
import { Command, CommanderError } from "commander";
import { envtestCommand } from "./commands/envtest.ts";
import { lifecycleCommands } from "./commands/lifecycle.ts";
import { gatherPackWords, machineCommands } from "./commands/machine.ts";
import { fail } from "./failure.ts";
import { kubectlCommands } from "./kubectl/commands.ts";
import { endWithReader } from "./reader-gone.ts";
import { hintFor, kubectlWords } from "./words.ts";

// Root's programs (ip, nft, runc) lie in folders that a PATH may lack.
process.env["PATH"] = [process.env["PATH"], "/usr/sbin:/usr/bin:/sbin:/bin"].filter(Boolean).join(":");

endWithReader();

const program = new Command("kubets")
  .description("A complete Kubernetes: a cluster on this machine, and kubectl's verbs to use it")
  .showHelpAfterError("(kubets COMMAND --help tells more)")
  .enablePositionalOptions()
  .exitOverride();

/** A command that is added does not take over what its parent was told about errors. */
function add(parent: Command, command: Command): void {
  command.copyInheritedSettings(parent);
  for (const inner of command.commands) add(command, inner);
  if (command.parent !== parent) parent.addCommand(command);
}

const commands = [...lifecycleCommands(), ...machineCommands(), envtestCommand(), ...kubectlCommands()];
for (const command of commands) add(program, command);

try {
  await program.parseAsync(kubectlWords(gatherPackWords(process.argv.slice(2)), program.commands), { from: "user" });
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
    if (error.code === "commander.unknownCommand") process.stderr.write(hintFor(program.args[0]));
  } else fail(error);
}
