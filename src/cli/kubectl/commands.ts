/** kubectl's verbs and their flags; what a verb does is loaded when it is called. */
import { Command, InvalidArgumentError } from "commander";

const collect = (value: string, previous: string[] = []) => [...previous, value];
const collectEach = (values: string, previous: string[] = []) => [...previous, ...values.split(",")];

/** Of nothing at all, as a variable that is not set leaves it, JavaScript would make a zero. */
function wholeNumber(text: string): number {
  if (!/^[-+]?\d+$/.test(text)) throw new InvalidArgumentError("It is no whole number.");
  return Number(text);
}

/** Flags that every verb takes. */
function verb(usage: string, description: string): Command {
  const [name, ...rest] = usage.split(" ");
  const command = new Command(name!).description(description);
  for (const argument of rest) command.argument(argument);
  return command
    .option("--kubeconfig <file>", "the configuration to use")
    .option("--context <name>", "the context of the kubeconfig to use")
    .option("-n, --namespace <name>", "the namespace");
}

const withFiles = (command: Command): Command =>
  command
    .option("-f, --filename <files>", "files or folders; - is standard input", collectEach)
    .option("-R, --recursive", "folders inside folders too");

const withWriteFlags = (command: Command): Command =>
  withFiles(command)
    .option("--dry-run <strategy>", "none, server or client")
    .option("--validate <mode>", "strict, warn or ignore", "strict")
    .option("-o, --output <format>", "json, yaml, name, jsonpath=…");

const withSelection = (command: Command): Command =>
  command
    .option("-l, --selector <selector>", "label selector")
    .option("--field-selector <selector>", "field selector")
    .option("-A, --all-namespaces", "every namespace")
    .option("--ignore-not-found", "no error where there is nothing");

function readingVerbs(): Command[] {
  return [
    withSelection(withFiles(verb("get [what...]", "Show one or many objects")))
      .option("-o, --output <format>", "wide, json, yaml, name, jsonpath=…, custom-columns=…")
      .option("--raw <path>", "what the server answers at this path, as it is")
      .option("--sort-by <path>", "in the order of what this JSONPath finds")
      .option("-w, --watch", "show changes as they come")
      .option("--watch-only", "show only changes")
      .option("--show-labels", "a column with all labels")
      .option("-L, --label-columns <labels>", "a column for each of these labels", collect)
      .option("--show-kind", "the type before each name")
      .option("--chunk-size <count>", "objects in one answer of the server; 0: all", wholeNumber, 500)
      .option("--subresource <name>", "status or scale instead of the object")
      .option("--show-managed-fields", "keep managedFields in json and yaml")
      .option("--no-headers", "without the header line")
      .action(async (what, flags) => (await import("./get.ts")).get(what, flags)),
    withSelection(withFiles(verb("describe [what...]", "Show the details of an object"))).action(async (what, flags) =>
      (await import("./describe.ts")).describe(what, flags),
    ),
    verb("logs [what...]", "Print the log of a container")
      .option("-f, --follow", "go on as it grows")
      .option("-p, --previous", "of the container's previous run")
      .option("-c, --container <name>", "the container")
      .option("--all-containers", "every container of the pod")
      .option("--tail <lines>", "only so many lines from the end (with a selector: 10)", wholeNumber)
      .option("--since <duration>", "only newer than 5s, 2m, 3h")
      .option("--since-time <time>", "only newer than this time, as in RFC 3339")
      .option("--limit-bytes <count>", "no more than so many bytes", wholeNumber)
      .option("--prefix", "pod and container before each line")
      .option("--timestamps", "a time before each line")
      .option("-l, --selector <selector>", "label selector")
      .action(async (what, flags) => (await import("./logs.ts")).logs(what, flags)),
    verb("explain <what>", "Say what a field is")
      .option("--recursive", "fields inside fields too")
      .option("--api-version <version>", "of this group and version")
      .action(async (what, flags) => (await import("./explain.ts")).explain(what, flags)),
  ];
}

function writingVerbs(): Command[] {
  return [
    withWriteFlags(verb("create", "Create objects from files")).action(async (flags) =>
      (await import("./write.ts")).create(flags),
    ),
    withWriteFlags(verb("apply", "Make objects as the files say"))
      .option("--server-side", "let the server merge, and keep account of who set what")
      .option("--force-conflicts", "with --server-side: take fields that others manage")
      .option("--field-manager <name>", "who owns the fields")
      .action(async (flags) => (await import("./apply/apply.ts")).apply(flags)),
    withSelection(withFiles(verb("delete [what...]", "Delete objects")))
      .option("--all", "all of the type")
      .option("--cascade <how>", "background, foreground or orphan", "background")
      .option("--grace-period <seconds>", "time to end in", wholeNumber)
      .option("--force", "remove at once")
      .option("--now", "a grace period of one second")
      .option("--dry-run <strategy>", "none, server or client")
      .option("-o, --output <format>", "name")
      .option("--wait", "return when the objects are gone", true)
      .option("--no-wait", "return before the objects are gone")
      .option("--timeout <duration>", "how long to wait until they are gone")
      .action(async (what, flags) => (await import("./write.ts")).remove(what, flags)),
    verb("scale [what...]", "Set the number of replicas")
      .option("--replicas <count>", "how many", wholeNumber)
      .option("--current-replicas <count>", "only where there are so many now", wholeNumber)
      .action(async (what, flags) => (await import("./write.ts")).scale(what, flags)),
  ];
}

function podVerbs(): Command[] {
  return [
    verb("exec <pod> [command...]", "Run a command in a container")
      .option("-i, --stdin", "pass standard input")
      .option("-t, --tty", "standard input is a terminal")
      .option("-c, --container <name>", "the container")
      .action(async (pod, command, flags) => (await import("./exec.ts")).exec(pod, command, flags)),
  ];
}

function rolloutVerb(): Command {
  const rollout = new Command("rollout").description("Manage the rollout of a workload");
  const kinds: readonly (readonly [string, string])[] = [
    ["history", "Show earlier revisions"],
    ["pause", "Hold a rollout"],
    ["resume", "Go on with a rollout"],
    ["restart", "Start the pods anew, by the workload's own strategy"],
    ["status", "Wait until a rollout is done"],
    ["undo", "Go back to an earlier revision"],
  ];
  for (const [name, description] of kinds) {
    const command = verb(`${name} [what...]`, description).option("-l, --selector <selector>", "label selector");
    if (name === "undo")
      command.option("--to-revision <revision>", "which one (default: the one before)", wholeNumber, 0);
    if (name === "history") command.option("--revision <revision>", "show this one's template", wholeNumber);
    if (name === "status")
      command
        .option("--timeout <duration>", "how long to wait")
        .option("-w, --watch", "wait until the rollout is done", true)
        .option("--no-watch", "say only how it stands now");
    command.action(async (what, flags) => (await import("./rollout.ts")).rollout(name, what, flags));
    rollout.addCommand(command);
  }
  return rollout;
}

function topVerb(): Command {
  const top = new Command("top").description("Show what nodes and pods use");
  const withTopFlags = (command: Command): Command =>
    command
      .option("-l, --selector <selector>", "label selector")
      .option("--sort-by <what>", "cpu or memory: what uses most comes first")
      .option("--no-headers", "without the header line");
  const nodes = withTopFlags(verb("node [name]", "Show what nodes use"))
    .aliases(["nodes", "no"])
    .option("--show-capacity", "shares of all that a node has, not of what it gives to pods");
  const pods = withTopFlags(verb("pod [name]", "Show what pods use"))
    .aliases(["pods", "po"])
    .option("-A, --all-namespaces", "every namespace")
    .option("--field-selector <selector>", "field selector")
    .option("--containers", "a line for each container")
    .option("--sum", "a line with what all use together");
  nodes.action(async (name, flags) => (await import("./top.ts")).topNodes(name, flags));
  pods.action(async (name, flags) => (await import("./top.ts")).topPods(name, flags));
  return top.addCommand(nodes).addCommand(pods);
}

function serverVerbs(): Command[] {
  return [
    verb("version", "Show the versions of client and server")
      .option("--client", "of the client alone")
      .option("-o, --output <format>", "json or yaml")
      .action(async (flags) => (await import("./server.ts")).version(flags, await ownVersion())),
    verb("api-versions", "Show the groups and versions that the server serves").action(async (flags) =>
      (await import("./server.ts")).apiVersions(flags),
    ),
    verb("cluster-info", "Show where the control plane and its services are").action(async (flags) =>
      (await import("./server.ts")).clusterInfo(flags),
    ),
    verb("api-resources", "Show what the server serves")
      .option("-o, --output <format>", "wide or name")
      .option("--namespaced", "only what is in a namespace")
      .option("--no-namespaced", "only what is in none")
      .option("--api-group <group>", "only this group")
      .option("--verbs <verbs>", "only what takes all of these")
      .option("--sort-by <field>", "name or kind")
      .option("--no-headers", "without the header line")
      .action(async (flags) => (await import("./server.ts")).apiResources(flags)),
  ];
}

async function ownVersion(): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  const file = await readFile(new URL("../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}

export const kubectlCommands = (): Command[] => [
  ...readingVerbs(),
  ...writingVerbs(),
  ...podVerbs(),
  rolloutVerb(),
  topVerb(),
  ...serverVerbs(),
];
