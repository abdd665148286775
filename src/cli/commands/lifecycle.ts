/** The cluster's life: up, serve, down, status, list, kubeconfig. */
import { Command } from "commander";
import { optionalPlugins, usualPlugins } from "../../cluster/admission-plugins.ts";
import { UsageError } from "../failure.ts";

const collect = (value: string, previous: string[] = []) => [...previous, value];

function clusterCommand(name: string, description: string): Command {
  return named(new Command(name))
    .description(description)
    .option("--nodes <count>", "nodes; 0: the control plane alone", "1")
    .option("--simulated-nodes <count>", "simulated nodes beside the real ones", "0")
    .option("--runtime <runtime>", "auto, containerd or simulated", "auto")
    .option("--port <port>", "loopback port of the API; 0: any free one", "6443")
    .option("--data <folder>", "where the store, keys and images are kept")
    .option("--kubeconfig <file>", "file to write the context into (default: the user's own kubeconfig)")
    .option("--service-cidr <cidr>", "addresses of Services", "10.96.0.0/16")
    .option("--pod-cidr <cidr>", "addresses of Pods (default 10.244.0.0/16, or 10.128.0.0/9 for more than 256 nodes)")
    .option("--publish <hostport:nodeport>", "a loopback port that leads to a NodePort; may be repeated", collect)
    .option(
      "--runtime-config <key=bool>",
      "groups and versions to serve, as kube-apiserver takes them; may be repeated",
      collect,
    )
    .option(
      "--enable-admission-plugins <names>",
      `admission plugins that are off by default: ${optionalPlugins.join(", ")}; may be repeated`,
      collect,
    )
    .option(
      "--disable-admission-plugins <names>",
      `admission plugins to leave out: ${usualPlugins.join(", ")}; may be repeated`,
      collect,
    )
    .option("--legacy-apis", "serve extensions/v1beta1, apps/v1beta1 and apps/v1beta2 too")
    .option("--without-controllers", "the API server alone: no controller, no scheduler; goes with --nodes 0")
    .option("--without-metrics-server", "no kubectl top, no metrics.k8s.io")
    .option("--otlp-endpoint <url>", "OpenTelemetry collector that spans of requests are sent to (OTLP over HTTP)")
    .option("--encryption-provider-config <file>", "EncryptionConfiguration: what is encrypted in the store, and how")
    .option("--authentication-config <file>", "AuthenticationConfiguration: token issuers (OIDC), anonymous requests")
    .option("--authentication-token-webhook-config-file <file>", "kubeconfig of a webhook that knows tokens")
    .option("--authorization-config <file>", "AuthorizationConfiguration: authorizers in order, webhooks among them")
    .option("--audit-policy-file <file>", "audit.k8s.io Policy: which requests are written down, and how much of them")
    .option(
      "--audit-log-path <file>",
      "where they are written; - is the log of the control plane (default: logs/audit.log in the data folder)",
    )
    .option("--audit-webhook-config-file <file>", "kubeconfig of a webhook that they are sent to, in batches")
    .option("--timeout <duration>", "how long to wait until everything is ready", "120s");
}

/** The name may stand by itself: `kubets down dev` is `kubets down --name dev`. */
function named(command: Command): Command {
  const take = (name: string) => {
    const { name: other } = command.opts<{ name: string }>();
    if (command.getOptionValueSource("name") === "cli" && other !== name)
      throw new UsageError(`two names are given: ${name}, and --name ${other}`);
    command.setOptionValue("name", name);
    return name;
  };
  return command.argument("[name]", "the same as --name", take).option("--name <name>", "the cluster's name", "kubets");
}

export function lifecycleCommands(): Command[] {
  return [
    clusterCommand("up", "Start a cluster in the background and wait until it is ready").action(
      async (_name, options) => void (await (await import("./up.ts")).up(options)),
    ),
    clusterCommand(
      "serve",
      "Run a cluster in the foreground until interrupted; its data stays for the next start",
    ).action(async (_name, options) => (await import("./serve.ts")).serveCommand(options)),
    named(new Command("down").description("Stop a cluster and remove everything that it made"))
      .option("--keep-data", "keep the store, keys and images for the next start")
      .option("--timeout <duration>", "how long its supervisor has before it is ended by force", "60s")
      .action(async (_name, options) => (await import("./down.ts")).down(options)),
    named(new Command("status").description("Show a cluster's nodes, components and processes"))
      .option("-o, --output <format>", "json")
      .action(async (_name, options) => (await import("./status.ts")).status(options)),
    new Command("list")
      .description("List the clusters on this machine, and what data clusters have left")
      .action(async () => (await import("./status.ts")).list()),
    named(new Command("kubeconfig").description("Print a cluster's kubeconfig"))
      .option("--token", "print the administrator's bearer token instead")
      .action(async (_name, options) => (await import("./kubeconfig.ts")).kubeconfig(options)),
  ];
}
