/** The `kubets` command: every verb loads only what it needs. */
import { Command, CommanderError } from "commander";
import { lifecycleCommands } from "./commands/lifecycle.ts";
import { gatherPackWords, machineCommands } from "./commands/machine.ts";
import { fail } from "./failure.ts";
import { kubectlCommands } from "./kubectl/commands.ts";

const program = new Command("kubets")
  .description("A complete Kubernetes: a cluster on this machine, and kubectl's verbs to use it")
  .showHelpAfterError("(kubets COMMAND --help tells more)")
  .enablePositionalOptions()
  .exitOverride();

for (const command of [...lifecycleCommands(), ...machineCommands(), ...kubectlCommands()]) program.addCommand(command);

try {
  await program.parseAsync(gatherPackWords(process.argv.slice(2)), { from: "user" });
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else fail(error);
}
