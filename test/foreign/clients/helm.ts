/** Helm, 3 or 4, with a chart of our own that has custom resources, hooks in order and a test. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { loadImages } from "../../support/images.ts";
import { type Ended, isThere, run, tryRun } from "./command.ts";
import { busybox } from "./images.ts";
import { type Check, type ClientContext, type ClientSuite, tallyChecks } from "./suite.ts";

const chart = join(import.meta.dirname, "../chart");
const stranger = join(import.meta.dirname, "../stranger.yaml");
const wait = ["--wait", "--timeout", "90s"];
const waitInVain = ["--wait", "--timeout", "12s", "--set", "isBroken=true"];

interface Release {
  readonly name: string;
  readonly status: string;
  readonly revision: string;
}

/** Helm on the cluster; `helm` throws where it fails, `tryHelm` tells. */
interface Tools {
  readonly check: Check;
  readonly tryHelm: (...args: readonly string[]) => Promise<Ended>;
  readonly helm: (...args: readonly string[]) => Promise<string>;
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
  /** Helm 4 has other names for some flags. */
  readonly isFour: boolean;
}

async function build(folder: string): Promise<string> {
  if (await isThere("helm", "version")) return "helm";
  if (!(await isThere("go", "version"))) throw new Error("there is neither helm nor Go to build it with");
  console.log("building helm: some minutes");
  const environment = { GOBIN: folder, CGO_ENABLED: "0" };
  await run("go", ["install", "helm.sh/helm/v3/cmd/helm@latest"], { environment, timeoutMs: 3_600_000 });
  return join(folder, "helm");
}

const jobs = async ({ kubectl }: Tools, namespace = "default"): Promise<string[]> =>
  (await kubectl("get", "jobs", "-n", namespace, "-o", "name")).split("\n").filter(Boolean).sort();
const greeting = ({ kubectl }: Tools): Promise<string> =>
  kubectl("get", "configmap", "one", "-o", "jsonpath={.data.index\\.html}");
const history = async ({ helm }: Tools): Promise<Release[]> =>
  JSON.parse(await helm("history", "one", "-o", "json")) as Release[];
const statuses = async (tools: Tools): Promise<string[]> => (await history(tools)).map(({ status }) => status);

async function checkTemplates({ check, helm, kubectl }: Tools): Promise<void> {
  await check("lint", async () => void (await helm("lint", chart)));
  await check("template --validate before the custom resource is known says so", async () => {
    const answer = await helm("template", "one", chart, "--validate", "--include-crds").catch(
      (error: Error) => error.message,
    );
    assert.match(answer, /kind: Parcel|no matches for kind "Parcel"/);
  });
  await check("install --dry-run=server leaves nothing", async () => {
    await helm("install", "one", chart, "--dry-run=server", "--skip-crds").catch(({ message }: Error) =>
      assert.match(message, /no matches for kind "Parcel"/),
    );
    assert.equal(
      (await kubectl("get", "secrets,jobs,deployments,serviceaccounts", "-o", "name")).trim(),
      "serviceaccount/default",
    );
  });
}

async function checkInstall(tools: Tools): Promise<void> {
  const { check, helm, tryHelm, kubectl } = tools;
  await check("install --wait: custom resources, hooks by weight, delete policies", async () => {
    assert.match(await helm("install", "one", chart, ...wait), /one says hello/);
    assert.deepEqual(await jobs(tools), ["job.batch/one-first"]);
    assert.equal(await kubectl("get", "parcel", "one", "-o", "jsonpath={.spec.address}"), "here");
    assert.equal(await kubectl("get", "deployment", "one", "-o", "jsonpath={.status.readyReplicas}"), "1");
  });
  await check("template --validate", async () => {
    assert.match(await helm("template", "other", chart, "--validate"), /kind: Parcel/);
  });
  await check("a name is taken once", async () => {
    assert.match((await tryHelm("install", "one", chart)).output, /cannot re-?use a name that is still in use/);
  });
  await check("what somebody else made is not taken over", async () => {
    await kubectl("apply", "-f", stranger);
    const { output } = await tryHelm("install", "two", chart, "--no-hooks");
    assert.match(output, /exists and cannot be imported into the current release: invalid ownership metadata/);
    await kubectl("delete", "configmap", "two");
  });
  await check("list, status and get tell of it", async () => {
    const [release] = JSON.parse(await helm("list", "-o", "json")) as (Release & { chart: string })[];
    assert.deepEqual([release!.name, release!.status, release!.chart], ["one", "deployed", "parcel-1.0.0"]);
    assert.match(await helm("status", "one", "--show-resources").catch(() => helm("status", "one")), /deployed/);
    assert.match(await helm("get", "manifest", "one"), /kind: Parcel/);
    assert.match(await helm("get", "hooks", "one"), /one-first[\s\S]*one-second|one-second[\s\S]*one-first/);
    assert.match(await helm("get", "values", "one", "--all"), /greeting: hello/);
    assert.match(await helm("get", "notes", "one"), /one says hello/);
    assert.match(await helm("get", "metadata", "one"), /NAME: one/);
  });
  await check("test runs in the cluster and shows its log", async () => {
    assert.match(await helm("test", "one", "--logs", "--timeout", "60s"), /Succeeded[\s\S]*hello/);
  });
}

async function checkUpgrades(tools: Tools): Promise<void> {
  const { check, helm, tryHelm, kubectl, isFour } = tools;
  const undo = isFour ? "--rollback-on-failure" : "--atomic";
  await check("upgrade --wait runs its hooks and rolls the Deployment", async () => {
    await helm("upgrade", "one", chart, ...wait, "--set", "greeting=servus,replicas=2");
    assert.equal(await greeting(tools), "servus\n");
    assert.match(await kubectl("logs", "job/one-first"), /first of revision 2/);
    assert.equal(await kubectl("get", "deployment", "one", "-o", "jsonpath={.status.updatedReplicas}"), "2");
    assert.equal(await kubectl("get", "parcel", "one", "-o", "jsonpath={.spec.weight}"), "2");
  });
  await check("upgrade that never gets ready fails after its time", async () => {
    const { status, output } = await tryHelm("upgrade", "one", chart, ...waitInVain);
    assert.notEqual(status, 0);
    assert.match(output, /deadline exceeded|timed out|not ready/i);
    assert.deepEqual(await statuses(tools), ["superseded", "deployed", "failed"]);
  });
  await check(`upgrade ${undo} that fails is rolled back`, async () => {
    const { status, output } = await tryHelm("upgrade", "one", chart, undo, ...waitInVain);
    assert.notEqual(status, 0);
    assert.match(output, /rolled back|rollback/);
    assert.deepEqual((await statuses(tools)).slice(-2), ["failed", "deployed"]);
    assert.equal(await greeting(tools), "servus\n");
  });
  await check("upgrade whose hook fails stops before anything is changed", async () => {
    const { status, output } = await tryHelm(
      "upgrade",
      "one",
      chart,
      ...wait,
      "--set",
      "isHookBroken=true,greeting=never",
    );
    assert.notEqual(status, 0);
    assert.match(output, /pre-upgrade hooks failed|BackoffLimitExceeded/);
    assert.equal(await greeting(tools), "servus\n");
  });
  await check("rollback to the first revision", async () => {
    await helm("rollback", "one", "1", ...wait);
    assert.equal(await greeting(tools), "hello\n");
    assert.equal(await kubectl("get", "deployment", "one", "-o", "jsonpath={.spec.replicas}"), "1");
    assert.equal((await statuses(tools)).at(-1), "deployed");
  });
}

async function checkUninstall(tools: Tools): Promise<void> {
  const { check, helm, tryHelm, kubectl, isFour } = tools;
  await check("upgrade --install into a namespace that it makes", async () => {
    await helm("upgrade", "--install", "two", chart, "-n", "elsewhere", "--create-namespace", ...wait);
    const all = JSON.parse(await helm("list", "-A", "-o", "json")) as Release[];
    assert.deepEqual(all.map(({ name }) => name).sort(), ["one", "two"]);
  });
  await check("install that fails with the flag that undoes it leaves no release", async () => {
    const undo = isFour ? "--rollback-on-failure" : "--atomic";
    const { status } = await tryHelm("install", "three", chart, undo, ...waitInVain);
    assert.notEqual(status, 0);
    assert.doesNotMatch(await helm("list", "-a").catch(() => helm("list")), /three/);
    await kubectl("delete", "jobs", "-l", "app.kubernetes.io/instance=three", "--ignore-not-found");
  });
  await check("uninstall --wait --keep-history: the custom resource's definition and the last hook stay", async () => {
    await helm("uninstall", "one", "--keep-history", ...wait);
    assert.deepEqual(await jobs(tools), ["job.batch/one-first", "job.batch/one-gone"]);
    assert.equal(
      (
        await kubectl("get", "parcels,deployments,services", "-l", "app.kubernetes.io/instance=one", "-o", "name")
      ).trim(),
      "",
    );
    assert.match(await kubectl("get", "crd", "-o", "name"), /parcels\.foreign\.kubets\.dev/);
    assert.equal((await statuses(tools)).at(-1), "uninstalled");
  });
  await check("uninstall", async () => {
    await helm("uninstall", "two", "-n", "elsewhere", ...wait);
    assert.equal((await kubectl("get", "secrets", "-n", "elsewhere", "-l", "owner=helm", "-o", "name")).trim(), "");
    assert.match((await tryHelm("status", "two", "-n", "elsewhere")).output, /not found/);
  });
}

async function runHelm({ cluster, folder, program }: ClientContext) {
  const path = program ?? (await build(folder));
  await loadImages(cluster, busybox);
  const home = (name: string) => join(folder, name);
  const environment = {
    KUBECONFIG: cluster.kubeconfig,
    HELM_CACHE_HOME: home("cache"),
    HELM_CONFIG_HOME: home("config"),
    HELM_DATA_HOME: home("data"),
  };
  const tryHelm = (...args: readonly string[]) => tryRun(path, args, { environment });
  const helm = (...args: readonly string[]) => run(path, args, { environment });
  const kubectl = (...args: readonly string[]) => cluster.kubectl(...args);
  const isFour = /v4\./.test(await helm("version"));
  return tallyChecks(async (check) => {
    const tools: Tools = { check, tryHelm, helm, kubectl, isFour };
    await checkTemplates(tools);
    await checkInstall(tools);
    await checkUpgrades(tools);
    await checkUninstall(tools);
  });
}

export const helm: ClientSuite = {
  summary: "Helm (--program FILE, else the one of the PATH, else built from its Go module)",
  cluster: ["--nodes", "1"],
  run: runHelm,
};
