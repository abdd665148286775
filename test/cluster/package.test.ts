/** What `npm pack` makes, below node_modules of a project that has nothing else of Kubets: the command, the library, its types. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import { kubets as ownKubets, repository } from "../support/command.ts";

const run = promisify(execFile);

const program = `import { type appsv1, Cluster, resources } from "kubets";

const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web:1" }] } };
const spec = { replicas: 2, selector: { matchLabels: { app: "web" } }, template };
const isReady = ({ status }: appsv1.Deployment): boolean => status?.readyReplicas === spec.replicas;

const cluster = await Cluster.start({ nodes: 2 });
try {
  const deployments = cluster.client.resource(resources.deployments);
  await deployments.create({ metadata: { name: "web" }, spec }, { namespace: "default" });
  for await (const { object } of deployments.watch({ namespace: "default" })) if (isReady(object)) break;
} finally {
  await cluster.stop();
}
`;

suite("the package", { timeout: 600_000 }, () => {
  const project = mkdtempSync(join(tmpdir(), "kubets-package-"));
  const installed = join(project, "node_modules/kubets");
  const { NODE_TEST_CONTEXT: _, NODE_COMPILE_CACHE: __, ...inherited } = process.env;
  const kubeconfig = join(project, "kubeconfig");
  const env = { ...inherited, KUBECONFIG: kubeconfig, XDG_CACHE_HOME: join(project, "cache") };
  const kubets = async (...args: readonly string[]) =>
    (await run(join(project, "node_modules/.bin/kubets"), args, { env, cwd: project, timeout: 120_000 })).stdout;

  /** As npm would, without asking a registry: the packages are there already. */
  function link(name: string): void {
    const target = join(project, "node_modules", name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(repository, "node_modules", name), target);
  }

  before(async () => {
    const words = ["pack", "--silent", "--pack-destination", project];
    const { stdout: file } = await run("npm", words, { cwd: repository, timeout: 300_000 });
    mkdirSync(installed, { recursive: true });
    await run("tar", ["-xzf", join(project, file.trim()), "-C", installed, "--strip-components=1"]);
    const { bin, dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(installed, "package.json"), "utf8"),
    );
    for (const name of Object.keys(dependencies)) link(name);
    for (const name of Object.keys(optionalDependencies).filter(isHere)) link(name);
    mkdirSync(join(project, "node_modules/.bin"));
    symlinkSync(join("../kubets", bin.kubets), join(project, "node_modules/.bin/kubets"));
    writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(project, "program.ts"), program);
  });

  after(() => rmSync(project, { recursive: true }));

  test("it holds what runs, and no test", () => {
    assert.deepEqual(readdirSync(installed).sort(), [
      "LICENSE",
      "README.md",
      "bin",
      "dist",
      "library.mjs",
      "package.json",
    ]);
    assert.deepEqual(readdirSync(join(installed, "bin")).sort(), ["envtest", "kubets", "launch.sh"]);
    const files = globSync("dist/**/*.*", { cwd: installed });
    assert.deepEqual(
      files.filter((path) => /\/testing\/|\.(test|suite)\.|(?<!\.d)\.ts$/.test(path)),
      [],
    );
  });

  test("its command starts a cluster, asks it, and ends it", async (t) => {
    const name = `e2e-${process.pid}-0`;
    t.after(() => ownKubets(["down", "--name", name]).catch(() => {}));
    await kubets("up", "--name", name, "--port", "0", "--data", join(project, "data"), "--runtime", "simulated");
    assert.match(await kubets("version"), /^Client Version: v0\.1\.0\nServer Version: v1\.36\.3/);
    assert.match(await kubets("get", "nodes"), /^node-1 +Ready/m);
    assert.match(
      await kubets("explain", "pods.spec.nodeName"),
      /NodeName indicates in which node this pod is scheduled/,
    );
    assert.match(await kubets("down", "--name", name), /is gone/);
  });

  test("a program runs a Deployment with its library", async () => {
    const { stderr } = await run(process.execPath, ["program.ts"], { env, cwd: project, timeout: 120_000 });
    assert.equal(stderr, "");
  });

  test("the library's types are known to the type checker", async () => {
    const words = ["--noEmit", "--strict", "--skipLibCheck", "--target", "esnext", "--module", "nodenext"];
    await run(join(repository, "node_modules/.bin/tsc"), [...words, "program.ts"], { cwd: project });
    writeFileSync(join(project, "wrong.ts"), program.replace("nodes: 2", 'nodes: "2"'));
    await assert.rejects(run(join(repository, "node_modules/.bin/tsc"), [...words, "wrong.ts"], { cwd: project }), {
      stdout: /^wrong\.ts\(7,.*: error TS2322: Type 'string' is not assignable to type 'number'/,
    });
  });
});

function isHere(name: string): boolean {
  return readdirSync(join(repository, "node_modules")).includes(name);
}
