/** The library's door: a whole cluster inside a test's own process. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { resources } from "../../src/api/mod.ts";
import { createClient, httpTransport, loadKubeconfig } from "../../src/client/mod.ts";
import { Cluster } from "../../src/cluster/mod.ts";
import { until, untilAll } from "../support/until.ts";

const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web:1" }] } };
const deployment = {
  metadata: { name: "web" },
  spec: { replicas: 2, selector: { matchLabels: { app: "web" } }, template },
};
const place = { namespace: "default", timeoutMs: 60_000 };

test("a Deployment made through the library's client gets its pods", async () => {
  const cluster = await Cluster.start();
  try {
    await cluster.client.resource(resources.deployments).create(deployment, place);
    const pods = await untilAll(cluster.client, resources.pods, place, (all) => all.length === 2);
    assert.ok(pods.every((pod) => pod.metadata.generateName?.startsWith("web-")));
    await until(cluster.client, resources.deployments, "web", place, ({ status }) => status?.replicas === 2);
  } finally {
    await cluster.stop();
  }
});

test("the kubeconfig of a cluster in process works for a client over HTTP", async () => {
  const cluster = await Cluster.start();
  const folder = mkdtempSync(join(tmpdir(), "kubets-library-"));
  const file = join(folder, "kubeconfig");
  writeFileSync(file, cluster.kubeconfig, { mode: 0o600 });
  const transport = httpTransport(loadKubeconfig(file));
  try {
    const { items } = await createClient(transport).resource(resources.namespaces).list();
    assert.ok(items.some(({ metadata }) => metadata.name === "kube-system"));
  } finally {
    await transport.close();
    await cluster.stop();
    rmSync(folder, { recursive: true });
  }
});

test("two clusters live side by side and know nothing of each other", async () => {
  const [one, other] = await Promise.all([Cluster.start(), Cluster.start()]);
  try {
    assert.notEqual(one.server, other.server);
    await one.client.resource(resources.namespaces).create({ metadata: { name: "mine" }, spec: {} });
    const { items } = await other.client.resource(resources.namespaces).list();
    assert.ok(!items.some(({ metadata }) => metadata.name === "mine"));
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
});

test("options are checked as those of kubets up are, and many nodes have room for their pods", async () => {
  const refusals = [
    [{ nodes: -1 }, '--nodes takes a whole number from 0 to 5000, not "-1"'],
    [{ port: 99_999 }, '--port takes a whole number from 0 to 65535, not "99999"'],
    [{ podCidr: "10.96.0.0/16" }, "--service-cidr 10.96.0.0/16 and --pod-cidr 10.96.0.0/16 overlap"],
  ] as const;
  for (const [options, message] of refusals)
    await assert.rejects(Cluster.start(options), { name: "ClusterError", code: "bad-option", message });
  await using cluster = await Cluster.start({ nodes: 257, withoutMetricsServer: true });
  await untilAll(cluster.client, resources.nodes, { timeoutMs: 60_000 }, (nodes) =>
    nodes.every(({ spec }) => spec?.podCIDR),
  );
});

test("await using stops a cluster at the end of its block", async () => {
  let server = "";
  {
    await using cluster = await Cluster.start({ nodes: 0 });
    server = cluster.server;
  }
  await assert.rejects(fetch(`${server}/readyz`), ({ cause }) => cause.code === "ECONNREFUSED");
});

test("a program imports or requires it by its name, hears nothing of how it is loaded, and the next start finds what it compiled", async () => {
  const cache = mkdtempSync(join(tmpdir(), "kubets-library-"));
  const { NODE_COMPILE_CACHE: _, ...inherited } = process.env;
  const run = async (program: string, type: "module" | "commonjs") => {
    const child = spawn(process.execPath, [`--input-type=${type}`, "--eval", program], {
      cwd: import.meta.dirname,
      env: { ...inherited, XDG_CACHE_HOME: cache },
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 60_000,
    });
    const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, "close")]);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  };
  try {
    await run(`import { Cluster } from "kubets"; await (await Cluster.start({ nodes: 0 })).stop();`, "module");
    const kept = readdirSync(join(cache, "kubets", "compile"), { recursive: true, encoding: "utf8" });
    assert.ok(kept.some((name) => basename(name).startsWith("sources-")));
    await run(
      `const { Cluster } = require("kubets"); Cluster.start({ nodes: 0 }).then((one) => one.stop());`,
      "commonjs",
    );
  } finally {
    rmSync(cache, { recursive: true });
  }
});

test("on a Node that is too old a program is told which one it takes", async () => {
  const program = `
    Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } });
    await import("kubets").catch(({ message }) => process.stdout.write(message));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 60_000,
  });
  assert.match(await text(child.stdout), /^Kubets runs on Node 26 or newer, and this is v/);
});

test("a process that stopped its cluster ends by itself and leaves no file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kubets-library-"));
  const program = `
    import { Cluster } from ${JSON.stringify(import.meta.resolve("../../src/cluster/mod.ts"))};
    const cluster = await Cluster.start();
    await cluster.stop();
    await cluster.stop();
  `;
  try {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ["ignore", "inherit", "inherit"],
      timeout: 20_000,
    });
    const [status] = (await once(child, "close")) as [number | null];
    assert.equal(status, 0, "it did not end by itself");
    assert.deepEqual(readdirSync(folder), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
