/** What concerns the machine under the cluster: images, nodes' namespaces, logs of components. */
import { Command } from "commander";
import { gatherWords } from "./word-options.ts";

const named = (command: Command): Command => command.option("--name <name>", "the cluster's name", "kubets");

const parseWords = (json: string): readonly string[] => JSON.parse(json) as string[];

/** The arguments of this process with the words of `--entrypoint` and `--cmd` gathered. */
export function gatherPackWords(args: readonly string[]): readonly string[] {
  if (args[0] !== "image" || args[1] !== "pack") return args;
  const others = ["--from", "--env", "--workdir", "--user", "-o", "--output", "--help", "--name", "--kubeconfig"];
  return gatherWords(args, ["--entrypoint", "--cmd"], others);
}

function imageCommand(): Command {
  const image = new Command("image").description("Images on the cluster's nodes");
  named(image.command("load").argument("<file...>", "docker-archive or OCI layout, as tar"))
    .description("Load images from files onto every node")
    .action(async (files, options) => (await import("./image.ts")).load(files, options));
  named(image.command("ls").alias("list"))
    .description("List the images of every node")
    .action(async (options) => (await import("./image.ts")).list(options));
  image
    .command("pack")
    .argument("<name>", "the image's name, such as hello:1")
    .description("Pack a folder into a one-layer OCI image")
    .helpOption("--help", "show this")
    .requiredOption("--from <folder>", "the root file system")
    .option("--entrypoint <words>", "the command that the image runs, up to the next option", parseWords)
    .option("--cmd <words>", "its default arguments, up to the next option", parseWords)
    .option("--env <name=value...>", "environment variables")
    .option("--workdir <folder>", "its working directory")
    .option("--user <user>", "the user that it runs as")
    .option("-o, --output <file>", "where to write it (default: NAME.tar)")
    .action(async (name, options) => (await import("./image.ts")).pack(name, options));
  return image;
}

function nodeCommand(): Command {
  const node = new Command("node").description("A node's own place on this machine");
  named(node.command("exec").argument("<node>").argument("<command...>"))
    .description("Run a command in a node's network namespace")
    .action(async (name, command, options) => (await import("./node.ts")).nodeExec(name, command, options));
  return node;
}

export function machineCommands(): Command[] {
  return [
    imageCommand(),
    nodeCommand(),
    named(new Command("logs-of").argument("[component]", "control-plane, node-1, containerd-node-1, supervisor"))
      .description("Print a component's log, or say where the logs are")
      .option("-f, --follow", "go on as it grows")
      .action(async (component, options) => (await import("./logs-of.ts")).logsOf(component, options)),
  ];
}
