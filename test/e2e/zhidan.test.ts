/** examples/zhidan as it stands: a two-tier application written for the Kubernetes of 2018, on real containers. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, suite, test } from "node:test";
import { type corev1, resources } from "../../src/api/mod.ts";
import { TestCluster } from "../support/cluster.ts";
import { repository } from "../support/command.ts";
import { loadImages, type TestImage } from "../support/images.ts";
import { needsContainers } from "../support/needs.ts";
import { follow } from "../support/until.ts";

const example = join(repository, "examples/zhidan");
const place = { namespace: "zhidan", timeoutMs: 110_000 };
/** Named in the manifests: folders of the machine itself. */
const logs = { web: "/data/k8s/log/zhidan/zhidan.deploy.web", server: "/data/k8s/log/zhidan/zhidan.deploy.server" };
const tiers = { web: 8010, server: 3000 } as const;

/** Listens where the probes look and where the Service leads, writes into the folder that is mounted, and ends when told to. */
const program = (tier: keyof typeof tiers, version: string) => `#!/bin/sh
trap 'exit 0' TERM
echo "zhidan-${tier} ${version}" >> /data/${tier}/${tier}.log
httpd -p ${tiers[tier]} -h /www
httpd -f -p 80 -h /www & wait
`;

const image = (tier: keyof typeof tiers, version: string): TestImage => ({
  name: `mydocker.io:5000/zhidan-${tier}:${version}`,
  entrypoint: ["/bin/sh", "/serve"],
  files: { "www/index.html": `zhidan-${tier} ${version}`, serve: program(tier, version) },
});

const isReady = ({ status }: corev1.Pod): boolean =>
  status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

/** Removes what the pods made on the machine, and the folders above that were not there before. */
function cleanLogs(existing: ReadonlySet<string>): void {
  for (const folder of Object.values(logs)) {
    if (!existing.has(folder)) rmSync(folder, { recursive: true, force: true });
    for (let parent = dirname(folder); parent !== "/" && !existing.has(parent); parent = dirname(parent))
      if (existsSync(parent) && readdirSync(parent).length === 0) rmdirSync(parent);
  }
}

function ancestors(folder: string): string[] {
  return folder === "/" ? [] : [folder, ...ancestors(dirname(folder))];
}

/** Looks at every state of a Deployment's pods while `work` goes on; answers the most there were and the fewest that were ready. */
async function observe(cluster: TestCluster, labelSelector: string, work: () => Promise<unknown>) {
  const aborter = new AbortController();
  const seen = { most: 0, fewestReady: Number.POSITIVE_INFINITY };
  const watching = (async () => {
    const options = { namespace: place.namespace, labelSelector, signal: aborter.signal };
    for await (const pods of follow(cluster.client, resources.pods, options)) {
      const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      seen.most = Math.max(seen.most, staying.length);
      seen.fewestReady = Math.min(seen.fewestReady, staying.filter(isReady).length);
    }
  })().catch((error) => {
    if (!aborter.signal.aborted) throw error;
  });
  try {
    await Promise.race([work(), watching.then(() => assert.fail("the watch of the pods ended"))]);
  } finally {
    aborter.abort();
  }
  await watching;
  return seen;
}

suite("examples/zhidan", { skip: needsContainers, timeout: 290_000 }, () => {
  const existing = new Set(Object.values(logs).flatMap(ancestors).filter(existsSync));
  let cluster: TestCluster;

  before(async () => {
    // Of so large a range the first 256 addresses are given to who asks for them only: in a small one another Service may have come first.
    cluster = await TestCluster.start("--service-cidr", "192.168.192.0/20", "--legacy-apis");
    await loadImages(cluster, image("web", "0.1"), image("server", "0.1"), image("web", "0.2"));
  });

  after(async () => {
    await cluster?.stop();
    cleanLogs(existing);
  });

  const create = async (...files: readonly string[]) => {
    const names = files.flatMap((file) => ["-f", join(example, file)]);
    const made = await cluster.tryKubectl(["create", "--validate", "warn", ...names]);
    assert.equal(made.status, 0, made.stderr);
    return made;
  };
  const fetchInside = (address: string) =>
    cluster.kubectl("exec", "-n", "default", "visitor", "--", "wget", "-q", "-O", "-", address);

  test("the manifests of the time are taken, with warnings about what is old and what is misspelt", async () => {
    await create("zhidan.namespace.yaml");
    const deployments = await create("zhidan.deploy.server.yaml", "zhidan.deploy.web.yaml");
    assert.equal(
      deployments.stdout,
      "deployment.extensions/zhidan-deploy-server created\ndeployment.extensions/zhidan-deploy-web created\n",
    );
    assert.match(deployments.stderr, /Warning: extensions\/v1beta1 Deployment is deprecated/);
    const services = await create("zhidan.svc.server.yaml", "zhidan.svc.web.yaml");
    assert.equal(services.stdout, "service/zhidan-server created\nservice/zhidan-web created\n");
    assert.match(services.stderr, /Warning: unknown field "spec.ports\[0\].nodeport"/);
  });

  test("the pods are ready by their probes, not before these have begun", async () => {
    for (const tier of ["web", "server"]) {
      const labelled = { ...place, labelSelector: `module=zhidan,app=${tier}` };
      const pods = await cluster.untilAll(resources.pods, labelled, (all) => all.length === 2 && all.every(isReady));
      for (const { status } of pods) {
        const began = Date.parse(status?.containerStatuses?.[0]?.state?.running?.startedAt ?? "");
        const ready = Date.parse(status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime ?? "");
        // Times are whole seconds.
        assert.ok(ready - began >= 59_000, `ready ${ready - began} ms after the start, with an initial delay of 60 s`);
        assert.equal(status?.containerStatuses?.[0]?.restartCount, 0);
      }
    }
  });

  test("both Services answer by name from a pod of another namespace, at their fixed addresses", async () => {
    const visitor = {
      metadata: { name: "visitor" },
      spec: {
        containers: [{ name: "visitor", image: "mydocker.io:5000/zhidan-web:0.1", command: ["/bin/sleep", "3600"] }],
        terminationGracePeriodSeconds: 0,
      },
    };
    const elsewhere = { namespace: "default" };
    await cluster.client.resource(resources.pods).create(visitor, elsewhere);
    await cluster.until(resources.pods, "visitor", elsewhere, isReady);
    assert.equal(await fetchInside("http://zhidan-web.zhidan:8010/"), "zhidan-web 0.1");
    assert.equal(await fetchInside("http://zhidan-server.zhidan:3000/"), "zhidan-server 0.1");
    assert.equal(await fetchInside("http://192.168.192.72:8010/"), "zhidan-web 0.1");
    assert.equal(await fetchInside("http://192.168.192.73:3000/"), "zhidan-server 0.1");
  });

  test("the logs appear in the machine's own folders", () => {
    for (const tier of ["web", "server"] as const)
      assert.match(readFileSync(join(logs[tier], `${tier}.log`), "utf8"), new RegExp(`^zhidan-${tier} 0.1$`, "m"));
  });

  const follows = async (change: () => Promise<unknown>) => {
    const seen = await observe(cluster, "module=zhidan,app=web", async () => {
      await change();
      const status = ["rollout", "status", "-n", "zhidan", "deployment/zhidan-deploy-web", "--timeout", "110s"];
      assert.match(await cluster.kubectl(...status), /successfully rolled out\n$/);
    });
    assert.ok(seen.most <= 3, `${seen.most} pods, with 2 replicas and maxSurge 1`);
    assert.ok(seen.fewestReady >= 1, `${seen.fewestReady} ready, with 2 replicas and maxUnavailable 1`);
  };

  test("a new version rolls out within maxSurge and maxUnavailable", async () => {
    const manifest = readFileSync(join(example, "zhidan.deploy.web.yaml"), "utf8").replace("web:0.1", "web:0.2");
    await follows(async () => {
      const applied = await cluster.tryKubectl(["apply", "-f", "-"], { input: manifest });
      assert.equal(applied.stdout, "deployment.extensions/zhidan-deploy-web configured\n", applied.stderr);
    });
    assert.equal(await fetchInside("http://zhidan-web.zhidan:8010/"), "zhidan-web 0.2");
  });

  test("undo brings the former version back in the same way", async () => {
    await follows(() => cluster.kubectl("rollout", "undo", "-n", "zhidan", "deployment/zhidan-deploy-web"));
    assert.equal(await fetchInside("http://zhidan-web.zhidan:8010/"), "zhidan-web 0.1");
    const history = await cluster.kubectl("rollout", "history", "-n", "zhidan", "deployment/zhidan-deploy-web");
    assert.match(history, /^2 .*\n3 /m);
  });
});
