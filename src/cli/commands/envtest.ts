/** `kubets envtest`: what suites of others start in the place of upstream's API server. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";

const folder = resolve(import.meta.dirname, "../../../bin/envtest");

export function envtestCommand(): Command {
  const envtest = new Command("envtest").description("Stand in for upstream's programs in tests of controllers");
  envtest
    .command("assets")
    .description("Print the folder to set as KUBEBUILDER_ASSETS: kube-apiserver, etcd and kubectl")
    .action(async () => {
      if (!existsSync(folder)) await refuse();
      process.stdout.write(`${folder}\n`);
    });
  return envtest;
}

async function refuse(): Promise<never> {
  const { ClusterError } = await import("../../cluster/narrow.ts");
  throw new ClusterError("not-found", `${folder} is not there`, "install Kubets anew");
}
