/** examples/tour on two real nodes: what a beginner's course of Kubernetes shows, each in a namespace of its own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { type corev1, resources } from "../../src/api/mod.ts";
import { TestCluster } from "../support/cluster.ts";
import { repository } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { loadImages } from "../support/images.ts";
import { needsContainers } from "../support/needs.ts";

const image = "docker.io/kubets/hello:1";
const example = (file: string) => join(repository, "examples/tour", file);

const isReady = ({ status }: corev1.Pod): boolean =>
  status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

const conditionTime = ({ status }: corev1.Pod, wanted: string): number =>
  Date.parse(status?.conditions?.find(({ type }) => type === wanted)?.lastTransitionTime ?? "");

/** A pod with one container that runs a shell script; `more` goes into the container. */
const shell = (name: string, script: string, more: Partial<corev1.Container> = {}) => ({
  metadata: { name, labels: { app: name } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: "main", image, command: ["/bin/sh", "-c", script], ...more }],
  },
});

suite("examples/tour", { skip: needsContainers, concurrency: true, timeout: 240_000 }, () => {
  let cluster: TestCluster;

  before(async () => {
    cluster = await TestCluster.start("--nodes", "2");
    await loadImages(cluster, {
      name: image,
      entrypoint: ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"],
      files: { "www/index.html": "hello" },
    });
  });

  after(() => cluster?.stop());

  const namespace = async (name: string) => {
    await cluster.client.resource(resources.namespaces).create({ metadata: { name }, spec: {} });
    return { namespace: name, timeoutMs: 90_000 };
  };
  const apply = (name: string, file: string) => cluster.kubectl("apply", "-n", name, "-f", example(file));

  test("a Pod with every field of the course starts, serves, and takes its time to go", async () => {
    const place = { namespace: "default", timeoutMs: 90_000 };
    assert.equal(await cluster.kubectl("apply", "-f", example("pod.yaml")), "pod/nginx-demo created\n");
    const pod = await cluster.until(resources.pods, "nginx-demo", place, isReady);
    assert.equal(pod.status?.qosClass, "Burstable");
    assert.equal(pod.status?.containerStatuses?.[0]?.started, true);
    const run = (...command: readonly string[]) => cluster.kubectl("exec", "nginx-demo", "--", ...command);
    assert.equal(await run("cat", "/tmp/started"), "started\n", "the postStart hook ran");
    assert.equal(await run("sh", "-c", "echo $JVM_OPTS; ls"), "-Xms128m -Xmx128m\nindex.html\n");
    assert.equal(await run("wget", "-q", "-O", "-", `http://${pod.status?.podIP}/`), "hello");
    const began = Date.now();
    assert.equal(
      await cluster.kubectl("delete", "pod", "nginx-demo"),
      'pod "nginx-demo" deleted from default namespace\n',
    );
    assert.ok(Date.now() - began >= 1000, "the preStop hook was waited for");
  });

  test("files go into a container and come out of it unchanged", async () => {
    const place = await namespace("files");
    await cluster.client.resource(resources.pods).create(shell("box", "sleep 3600"), place);
    await cluster.until(resources.pods, "box", place, isReady);
    const input = Array.from({ length: 40_000 }, (_, line) => `line ${line} of the file\n`).join("");
    // Something must hold the output open: containerd stops reading the input when the output ends.
    const script = "cat > /tmp/in; echo done";
    const write = await cluster.tryKubectl(["exec", "-i", "-n", "files", "box", "--", "sh", "-c", script], { input });
    assert.equal(write.status, 0, write.stderr);
    const read = await cluster.kubectl("exec", "-n", "files", "box", "--", "cat", "/tmp/in");
    assert.ok(read === input, `${read.length} of ${input.length} characters came back`);
    const failed = await cluster.tryKubectl(["exec", "-n", "files", "box", "--", "sh", "-c", "echo wrong >&2; exit 7"]);
    assert.deepEqual(failed, { status: 7, stdout: "", stderr: "wrong\ncommand terminated with exit code 7\n" });
  });

  test("logs are followed until the container ends", async () => {
    const place = await namespace("logs");
    const pod = shell("count", "for i in 1 2 3; do echo line $i; sleep 0.2; done");
    await cluster.client
      .resource(resources.pods)
      .create({ ...pod, spec: { ...pod.spec, restartPolicy: "Never" } }, place);
    await cluster.until(resources.pods, "count", place, ({ status }) => status?.phase !== "Pending");
    assert.equal(await cluster.kubectl("logs", "-f", "-n", "logs", "count"), "line 1\nline 2\nline 3\n");
    assert.equal(await cluster.kubectl("logs", "--tail", "1", "-n", "logs", "count"), "line 3\n");
    await cluster.until(resources.pods, "count", place, ({ status }) => status?.phase === "Succeeded");
  });

  test("the metrics server tells what a busy pod uses", async () => {
    const place = await namespace("usage");
    await cluster.client.resource(resources.pods).create(shell("busy", "while true; do true; done"), place);
    await cluster.until(resources.pods, "busy", place, isReady);
    await eventually(async () => {
      const { stdout } = await cluster.tryKubectl(["top", "pods", "-n", "usage", "--no-headers"]);
      const [name, cpu] = stdout.split(/\s+/);
      assert.equal(name, "busy");
      assert.ok(Number.parseInt(cpu!, 10) > 50, stdout);
    });
    assert.match(await cluster.kubectl("top", "nodes"), /^NAME .*\nnode-1 /);
  });

  test("a ConfigMap and a Secret come as environment and as files", async () => {
    const place = await namespace("configuration");
    await apply("configuration", "configuration.yaml");
    const pod = await cluster.until(resources.pods, "configured", place, ({ status }) => status?.phase === "Succeeded");
    assert.equal(
      await cluster.kubectl("logs", "-n", "configuration", "configured"),
      `greeting=hello node=${pod.spec.nodeName} memory=67108864\nport = 80\ncorrect horse`,
    );
  });

  test("a StatefulSet starts in order, and its pods keep their names in DNS", async () => {
    const place = await namespace("stateful");
    await apply("stateful", "stateful-set.yaml");
    const pods = await cluster.untilAll(
      resources.pods,
      { ...place, labelSelector: "app=nginx" },
      (all) => all.length === 2 && all.every(isReady),
    );
    const [first, second] = pods.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    assert.deepEqual([first?.metadata.name, second?.metadata.name], ["web-0", "web-1"]);
    assert.ok(Date.parse(second!.metadata.creationTimestamp) >= conditionTime(first!, "Ready"));

    const lookUp = (host: string) =>
      cluster.tryKubectl(["exec", "-n", "stateful", "web-1", "--", "nslookup", `${host}.svc.cluster.local`]);
    const expectAddress = async (host: string, address: string | undefined) => {
      const { stdout } = await lookUp(host);
      assert.match(stdout, new RegExp(`Address: ${address?.replaceAll(".", "\\.")}\\n`));
    };
    await expectAddress("web-0.nginx.stateful", first?.status?.podIP);
    await expectAddress("nginx.stateful", second?.status?.podIP);

    await cluster.kubectl("delete", "pod", "-n", "stateful", "web-0");
    const anew = await cluster.until(
      resources.pods,
      "web-0",
      place,
      (pod) => pod.metadata.uid !== first?.metadata.uid && isReady(pod),
    );
    await cluster.untilAll(resources.endpointslices, place, (slices) =>
      slices.some(({ endpoints }) => endpoints?.some(({ addresses }) => addresses.includes(anew.status?.podIP ?? ""))),
    );
    await eventually(() => expectAddress("web-0.nginx.stateful", anew.status?.podIP));
  });

  test("a DaemonSet runs on the nodes that carry its label, and leaves when they lose it", async () => {
    const place = await namespace("daemons");
    await apply("daemons", "daemon-set.yaml");
    const nodes = cluster.client.resource(resources.nodes);
    const label = (value: string | null) =>
      nodes.patch("node-2", { metadata: { labels: { type: value } } }, { type: "merge" });
    await cluster.until(resources.daemonsets, "fluentd", place, ({ status }) => status?.observedGeneration === 1);
    assert.deepEqual((await cluster.client.resource(resources.pods).list(place)).items, []);
    await label("microservices");
    const [pod] = await cluster.untilAll(resources.pods, place, (all) => all.length === 1 && all.every(isReady));
    assert.equal(pod?.spec.nodeName, "node-2");
    assert.match(await cluster.kubectl("rollout", "status", "-n", "daemons", "ds/fluentd"), /successfully rolled out/);
    await label(null);
    await cluster.untilAll(resources.pods, place, (all) => all.length === 0);
  });

  test("a Job completes, and a CronJob makes one each minute", async () => {
    const place = await namespace("jobs");
    await apply("jobs", "job.yaml");
    const job = await cluster.until(resources.jobs, "count", place, ({ status }) => status?.succeeded === 3);
    assert.ok(job.status?.conditions?.some(({ type, status }) => type === "Complete" && status === "True"));
    const pods = await cluster.client.resource(resources.pods).list({ ...place, labelSelector: "job-name=count" });
    assert.equal(pods.items.length, 3);
    assert.equal(await cluster.kubectl("logs", "-n", "jobs", pods.items[0]!.metadata.name), "1\n2\n3\n");
    const scheduled = await cluster.untilAll(resources.jobs, place, (all) =>
      all.some(({ metadata, status }) => metadata.name.startsWith("every-minute-") && status?.succeeded === 1),
    );
    const owner = scheduled.find(({ metadata }) => metadata.name !== "count")?.metadata.ownerReferences?.[0];
    assert.deepEqual([owner?.kind, owner?.name, owner?.controller], ["CronJob", "every-minute", true]);
    await cluster.kubectl("delete", "cronjob", "-n", "jobs", "every-minute");
  });

  test("a container that fails its liveness probe is restarted, and says so", async () => {
    const place = await namespace("liveness");
    const script = "echo run; touch /tmp/alive; sleep 2; rm /tmp/alive; sleep 3600";
    const livenessProbe = {
      exec: { command: ["/bin/cat", "/tmp/alive"] },
      periodSeconds: 1,
      failureThreshold: 2,
      initialDelaySeconds: 1,
      // A busy machine may take longer than the usual second to run cat: the probe is to fail by what it sees.
      timeoutSeconds: 10,
    };
    await cluster.client.resource(resources.pods).create(shell("frail", script, { livenessProbe }), place);
    await cluster.until(
      resources.pods,
      "frail",
      place,
      ({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) >= 1,
    );
    assert.equal(await cluster.kubectl("logs", "-p", "-n", "liveness", "frail"), "run\n");
    const events = await cluster.untilAll(resources.events, place, (all) =>
      all.some(({ reason }) => reason === "Killing"),
    );
    const unhealthy = events.find(({ reason }) => reason === "Unhealthy");
    assert.match(unhealthy?.message ?? "", /^Liveness probe failed: cat: can't open '\/tmp\/alive'/);
    assert.match(await cluster.kubectl("describe", "pod", "-n", "liveness", "frail"), /Warning +Unhealthy .* kubelet /);
  });

  test("a pod that is not ready gets no traffic, and a startup probe holds the others back", async () => {
    const place = await namespace("readiness");
    const probe = (file: string) => ({ exec: { command: ["/bin/cat", file] }, periodSeconds: 1 });
    const container = {
      ports: [{ containerPort: 8080 }],
      startupProbe: { ...probe("/tmp/begun"), failureThreshold: 100 },
      readinessProbe: { ...probe("/tmp/open"), successThreshold: 1 },
    };
    const pod = shell("shop", "echo shop > /tmp/index.html; exec httpd -f -p 8080 -h /tmp", container);
    await cluster.client.resource(resources.pods).create(pod, place);
    const ports = [{ port: 80, targetPort: 8080 }];
    await cluster.client
      .resource(resources.services)
      .create({ metadata: { name: "front" }, spec: { selector: { app: "shop" }, ports } }, place);
    const started = ({ status }: corev1.Pod) => status?.containerStatuses?.[0]?.started;
    const open = await cluster.until(resources.pods, "shop", place, ({ status }) => status?.phase === "Running");
    assert.equal(started(open), false);
    const run = (script: string) => cluster.tryKubectl(["exec", "-n", "readiness", "shop", "--", "sh", "-c", script]);
    const visit = () => run("wget -q -O - http://front/");
    assert.match((await visit()).stderr, /can't connect to remote host/);
    await run("touch /tmp/begun");
    const begun = await cluster.until(resources.pods, "shop", place, (one) => started(one) === true);
    assert.equal(isReady(begun), false);
    await run("touch /tmp/open");
    await cluster.until(resources.pods, "shop", place, isReady);
    await eventually(async () => assert.equal((await visit()).stdout, "shop\n"));
  });
});
