/** The official JavaScript client: its integration tests with `--sources`, and what it can do with running containers. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { loadImages } from "../../support/images.ts";
import { checkStreams } from "./checks/streams.ts";
import { run } from "./command.ts";
import { busybox, useLoadedImages } from "./images.ts";
import { addTallies, type ClientContext, type ClientSuite, type Tally, tallyChecks } from "./suite.ts";

/** Its tests are of TypeScript and import the client by relative paths: they are put beside the published files. */
function layTests(client: string, sources: string): readonly string[] {
  const from = join(sources, "src/test");
  const files = readdirSync(from, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => /^(integration\/|deferred).*\.ts$/.test(name))) {
    const target = join(client, "dist/test", file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, stripTypeScriptTypes(readFileSync(join(from, file), "utf8")));
  }
  const named = readdirSync(join(from, "integration")).filter((name) => name.endsWith(".ts"));
  return named
    .filter((name) => readFileSync(join(from, "integration", name), "utf8").includes("export default"))
    .map((name) => name.replace(/\.ts$/, ""));
}

const runOne = (file: string) => `const { default: test } = await import(${JSON.stringify(file)});
await test().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });`;

async function runIntegration({ cluster, folder, sources }: ClientContext): Promise<Tally> {
  if (!sources || !existsSync(join(sources, "src/test/integration"))) {
    console.log("without --sources FOLDER, a checkout of the client's repository, its integration tests are left out");
    return { passed: [], failed: [], skipped: ["integration tests"] };
  }
  await run("npm", ["install", "--silent", "--prefix", folder, "@kubernetes/client-node"]);
  // Beside its dependencies, yet not among them: what is there is not the developer's to run.
  const client = join(folder, "client");
  cpSync(join(folder, "node_modules/@kubernetes/client-node"), client, { recursive: true });
  const names = layTests(client, sources);
  return tallyChecks(async (check) => {
    for (const name of names) {
      const code = runOne(join(client, `dist/test/integration/${name}.js`));
      const environment = { KUBECONFIG: cluster.kubeconfig };
      const args = ["--input-type=module", "--eval", code];
      await check(name, async () => void (await run(process.execPath, args, { folder, environment })));
    }
  });
}

async function runJavascript(context: ClientContext): Promise<Tally> {
  await loadImages(context.cluster, busybox);
  await useLoadedImages(context.cluster);
  const streams = await tallyChecks((check) => checkStreams(context.cluster.kubeconfig, check));
  return addTallies(await runIntegration(context), streams);
}

export const javascript: ClientSuite = {
  summary: "the official JavaScript client's integration tests (--sources FOLDER: a checkout of its repository)",
  cluster: ["--nodes", "1"],
  run: runJavascript,
};
