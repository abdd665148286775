/** The official Python client's tests that need a cluster, by pytest: those that its source package holds, and with `--sources` the others. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadImages } from "../../support/images.ts";
import { run, tryRun } from "./command.ts";
import { busybox, loadPython, nginx, useLoadedImages } from "./images.ts";
import { addTallies, type ClientContext, type ClientSuite, type Tally } from "./suite.ts";

const fetched = (folder: string) => {
  const environment = join(folder, "environment");
  return { environment, python: join(environment, "bin/python"), packages: join(folder, "packages") };
};

/** The package's tests ask this module of the repository for the cluster; without a checkout this one answers. */
const base = (client: string, load: string) => `import asyncio, inspect
from ${client}.client.configuration import Configuration
from ${client}.config import kube_config

def get_e2e_configuration():
    config = Configuration()
    loaded = ${load}(client_configuration=config)
    if inspect.isawaitable(loaded):
        asyncio.set_event_loop(loop := asyncio.new_event_loop())
        loop.run_until_complete(loaded)
    config.assert_hostname = False
    return config
`;

/** Answers the folder whose `kubernetes` is the client with its tests. */
async function fetchClient({ folder, sources }: ClientContext): Promise<string> {
  const { environment, python, packages } = fetched(folder);
  const pip = (...args: readonly string[]) => run(python, ["-m", "pip", ...args, "--quiet"], { timeoutMs: 1_800_000 });
  await run("python3", ["-m", "venv", environment]);
  await pip("install", "kubernetes", "pytest", "pytest-timeout");
  await pip("download", "--no-deps", "--no-binary", ":all:", "--dest", packages, "kubernetes");
  for (const archive of readdirSync(packages)) await run("tar", ["xzf", join(packages, archive), "-C", folder]);
  const client = join(folder, readdirSync(folder).find((name) => name.startsWith("kubernetes-"))!);
  await pip("install", "--requirement", join(client, "requirements-asyncio.txt"));
  for (const [place, module] of [
    ["kubernetes", "kubernetes"],
    ["kubernetes/aio", "kubernetes.aio"],
  ] as const) {
    const tests = join(client, place, "e2e_test");
    mkdirSync(tests, { recursive: true });
    writeFileSync(join(tests, "__init__.py"), "");
    writeFileSync(join(tests, "base.py"), base(module, "kube_config.load_kube_config"));
    const given = sources && join(sources, place, "e2e_test");
    if (given && existsSync(given)) cpSync(given, tests, { recursive: true });
  }
  return client;
}

const folders = ["kubernetes/e2e_test", "kubernetes/aio/e2e_test", "kubernetes/dynamic", "kubernetes/aio/dynamic"];
const streams = join(import.meta.dirname, "checks/streams.py");

/** Names are the class's and the test's, with its folder. */
function readJunit(path: string): Tally {
  const found: { passed: string[]; skipped: string[]; failed: { name: string; message: string }[] } = {
    passed: [],
    skipped: [],
    failed: [],
  };
  for (const [, attributes = "", body = ""] of readFileSync(path, "utf8").matchAll(
    /<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g,
  )) {
    const of = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
    const name = `${of("classname")}.${of("name")}`;
    if (/<(failure|error)/.test(body)) found.failed.push({ name, message: /message="([^"]*)"/.exec(body)?.[1] ?? "" });
    else if (/<skipped/.test(body)) found.skipped.push(name);
    else found.passed.push(name);
  }
  return found;
}

async function runPython(context: ClientContext): Promise<Tally> {
  const { cluster, folder } = context;
  const client = await fetchClient(context);
  await loadImages(cluster, busybox, nginx("latest"), nginx("1.15.4"));
  await useLoadedImages(cluster);
  const hasPython = await loadPython(cluster);
  const { python } = fetched(folder);
  const environment = { KUBECONFIG: cluster.kubeconfig };
  const test = async (name: string, ...wanted: readonly string[]): Promise<Tally> => {
    const junit = join(folder, `${name}.xml`);
    const flags = ["--timeout", "120", "--junitxml", junit, "--tb", "short", "-o", "python_files=test_*.py *_test.py"];
    const options = { folder: client, environment, timeoutMs: 1_800_000 };
    const { output } = await tryRun(
      python,
      ["-m", "pytest", "-q", "-p", "no:cacheprovider", ...flags, ...wanted],
      options,
    );
    console.log(output);
    return readJunit(junit);
  };
  const without = hasPython
    ? []
    : ["--deselect", "kubernetes/e2e_test/test_client.py::TestClient::test_portforward_raw"];
  return addTallies(await test("client", ...folders, ...without), await test("streams", streams));
}

const beta = "asks for apiextensions.k8s.io/v1beta1, which is served no more";
const dynamic = "kubernetes.dynamic.test_client.TestDynamicClient";

export const python: ClientSuite = {
  summary: "the official Python client's end-to-end tests (--sources FOLDER: a checkout of its repository)",
  cluster: ["--nodes", "1"],
  failsUpstream: {
    [`${dynamic}.test_cluster_custom_resources`]: beta,
    [`${dynamic}.test_namespaced_custom_resources`]: beta,
    [`${dynamic}.test_async_namespaced_custom_resources`]: beta,
    "kubernetes.dynamic.test_discovery.TestDiscoverer.test_cache_decoder_resource_and_subresource":
      "the client's own cache loses a part of what it found",
    "kubernetes.aio.dynamic.client_test.TestDynamicClient.test_server_side_apply_api":
      "applies a Deployment to the path of a Pod",
  },
  run: runPython,
};
