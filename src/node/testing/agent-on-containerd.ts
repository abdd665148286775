/** What the node agent does with real containers. Run inside a network namespace by `agent.test.ts`, which passes the places by environment. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { resources as apiResources } from "../../api/mod.ts";
import { Pki } from "../../auth/mod.ts";
import { dialPortForward, dialRemoteCommand, exitCodeOf, systemClock } from "../../client/mod.ts";
import { NodeAgent } from "../agent.ts";
import { findCgroups } from "../cgroups/pod-cgroup.ts";
import { CriRuntime } from "../cri/cri-runtime.ts";
import { runtimeContract } from "../runtime/contract.suite.ts";
import type { LogOptions } from "../runtime/contract.ts";
import { createPod, isReady, type PodHandle, startTestApi, statusOf, type TestApi } from "./api.ts";
import { testImage as image, packTestImage } from "./containerd.ts";

const socket = process.env["KUBETS_TEST_SOCKET"]!;
const folder = process.env["KUBETS_TEST_FOLDER"]!;
const cgroupRoot = process.env["KUBETS_TEST_CGROUP"]!;
const namespace = "default";

let api: TestApi;
let pki: Pki;
let runtime: CriRuntime;
let stopAgent: () => Promise<void>;

async function startAgent(): Promise<() => Promise<void>> {
  const { context, informers, stop } = api.context();
  const serverPair = await pki.node("node", ["127.0.0.1"]);
  const agent = new NodeAgent(
    {
      nodeName: "node",
      runtime,
      addresses: ["10.213.0.1"],
      dns: { clusterDns: ["10.96.0.10"], clusterDomain: "cluster.local" },
      rootDirectory: `${folder}/agent`,
      serving: {
        address: "127.0.0.1",
        port: 0,
        certificate: serverPair.certificate,
        privateKey: serverPair.key,
        clientAuthority: pki.clusterAuthority.certificate,
      },
      cgroupRoot,
    },
    context,
  );
  informers.start();
  await agent.start();
  return async () => {
    await agent.stop();
    await stop();
  };
}

before(async () => {
  api = await startTestApi();
  pki = await Pki.open({ directory: `${folder}/pki` });
  runtime = new CriRuntime({ socket, clock: systemClock });
  await packTestImage(`${folder}/busybox.tar`);
  await runtime.images.import(`${folder}/busybox.tar`);
  stopAgent = await startAgent();
});

after(async () => {
  await stopAgent();
  await runtime.close();
  await api.stop();
});

runtimeContract(() => ({ runtime, image, logFolder: `${folder}/contract` }));

const pod = (name: string, spec: object, metadata: object = {}) => createPod(api.client, "node", name, spec, metadata);
const shell = (script: string, more: object = {}) => ({ name: "main", image, command: ["sh", "-c", script], ...more });
const forever = "trap exit TERM; while true; do sleep 0.1; done";

async function remove(...pods: PodHandle[]): Promise<void> {
  await Promise.all(pods.map((one) => one.delete(1)));
  await Promise.all(pods.map((one) => one.gone()));
}

async function logOf(name: string, container = "main", options: LogOptions = {}): Promise<string> {
  const status = statusOf(await api.client.resource(apiResources.pods).get(name, { namespace }), container);
  const id = (status.containerID ?? status.lastState?.terminated?.containerID)!.replace("containerd://", "");
  const parts: Uint8Array[] = [];
  for await (const part of runtime.logs(id, options, new AbortController().signal)) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Runs a script to its end and answers what it printed. */
async function outputOf(name: string, script: string, container: object = {}, spec: object = {}): Promise<string> {
  const one = await pod(name, { restartPolicy: "Never", containers: [shell(script, container)], ...spec });
  await one.until("it has ended", ({ status }) => status?.phase === "Succeeded" || status?.phase === "Failed");
  const output = await logOf(name);
  await remove(one);
  return output;
}

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`it did not come that ${what}`);
}

async function eventsOf(name: string): Promise<string[]> {
  const events = await api.client.resource(apiResources.events).list({ namespace });
  return events.items
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason, message }) => `${reason} ${message}`);
}

test("a pod gets an address, becomes ready, and is gone with everything after its deletion", async () => {
  const one = await pod("plain", { containers: [shell(forever)] });
  const ready = await one.until("it is ready", isReady);
  const status = statusOf(ready, "main");
  assert.match(ready.status!.podIP!, /^10\.213\.0\.\d+$/);
  assert.match(status.containerID!, /^containerd:\/\/[0-9a-f]{64}$/);
  assert.equal(status.restartCount, 0);
  assert.equal(ready.status!.phase, "Running");
  await remove(one);
  await eventually(
    "its sandbox is removed",
    async () => (await runtime.listSandboxes(ready.metadata.uid)).length === 0,
  );
  for (const { path } of (await findCgroups()).mounts) {
    await assert.rejects(access(`${path}${cgroupRoot}/kubepods/besteffort/pod${ready.metadata.uid}`));
  }
});

test("exit codes become phases, and the end of a pod that never restarts is final", async () => {
  const good = await pod("good", { restartPolicy: "Never", containers: [shell("exit 0")] });
  const bad = await pod("bad", {
    restartPolicy: "OnFailure",
    activeDeadlineSeconds: 60,
    containers: [shell("exit 3")],
  });
  const done = await good.until("it has succeeded", ({ status }) => status?.phase === "Succeeded");
  assert.equal(statusOf(done, "main").state!.terminated!.reason, "Completed");
  const waiting = await bad.until(
    "it waits",
    (now) => statusOf(now, "main")?.state?.waiting?.reason === "CrashLoopBackOff",
  );
  const status = statusOf(waiting, "main");
  assert.equal(status.restartCount, 1);
  assert.equal(status.lastState!.terminated!.exitCode, 3);
  assert.match(status.state!.waiting!.message!, /^back-off 10s restarting failed container=main pod=bad_default\(/);
  assert.equal(waiting.status!.phase, "Running");
  await remove(good, bad);
});

test("the environment comes from values, fields, resources, config maps and secrets", async () => {
  const { client } = api;
  await client
    .resource(apiResources.configmaps)
    .create({ metadata: { name: "env", namespace }, data: { color: "blue", SHAPE: "round" } });
  await client
    .resource(apiResources.secrets)
    .create({ metadata: { name: "env", namespace }, data: { key: Buffer.from("s3cret").toString("base64") } });
  const output = await outputOf("environment", "env; echo $0 $1", {
    args: ["$(GREETING)", "$$(GREETING)"],
    resources: { limits: { cpu: "500m", memory: "64Mi" } },
    envFrom: [{ prefix: "P_", configMapRef: { name: "env" } }, { secretRef: { name: "absent", optional: true } }],
    env: [
      { name: "NAME", value: "world" },
      { name: "GREETING", value: "hello $(NAME) $(MISSING)" },
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "LABEL", valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: "MEMORY", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
      { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
      { name: "COLOR", valueFrom: { configMapKeyRef: { name: "env", key: "color" } } },
      { name: "KEY", valueFrom: { secretKeyRef: { name: "env", key: "key" } } },
    ],
  });
  const lines = output.split("\n");
  for (const line of [
    "GREETING=hello world $(MISSING)",
    "P_color=blue",
    "P_SHAPE=round",
    "LABEL=",
    "MEMORY=64",
    "CPU=1",
    "COLOR=blue",
    "KEY=s3cret",
  ]) {
    assert.ok(lines.includes(line), `${line} in ${output}`);
  }
  assert.match(output, /^POD_IP=10\.213\.0\.\d+$/m);
  assert.match(output, /^hello world \$\(MISSING\) \$\(GREETING\)$/m);
});

test("a pod waits for a config map that is missing and goes on when it is made; changes reach its files", async () => {
  const { client } = api;
  const one = await pod("waits", {
    volumes: [{ name: "config", configMap: { name: "late", items: [{ key: "a", path: "sub/file", mode: 0o400 }] } }],
    containers: [shell(forever, { volumeMounts: [{ name: "config", mountPath: "/config" }] })],
  });
  await one.until("it says so", () => true);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(
    (await eventsOf("waits")).some((event) =>
      event.startsWith('FailedMount MountVolume.SetUp failed for volume "config" : configmap "late" not found'),
    ),
  );
  const maps = client.resource(apiResources.configmaps);
  const made = await maps.create({ metadata: { name: "late", namespace }, data: { a: "one" } });
  const ready = await one.until("it is ready", isReady);
  const id = statusOf(ready, "main").containerID!.replace("containerd://", "");
  const read = async () => (await runtime.execSync(id, ["cat", "/config/sub/file"], 5000)).stdout.toString();
  assert.equal(await read(), "one");
  await maps.update({ ...made, data: { a: "two" } });
  await eventually("the file changes", async () => (await read()) === "two");
  await remove(one);
});

test("volumes: memory, projections with modes, the downward API, sub-paths, groups, read-only mounts", async () => {
  const output = await outputOf(
    "volumes",
    `grep -q 'tmpfs /memory ' /proc/mounts && echo memory; stat -c '%a %g' /disk; cat /down/labels; stat -L -c %a /secret/key;
     echo x > /part/file && ls /disk/inner; echo y > /readonly/file || echo refused; id -G`,
    {
      volumeMounts: [
        { name: "memory", mountPath: "/memory" },
        { name: "disk", mountPath: "/disk" },
        { name: "disk", mountPath: "/part", subPath: "inner" },
        { name: "disk", mountPath: "/readonly", readOnly: true },
        { name: "all", mountPath: "/down" },
        { name: "secret", mountPath: "/secret" },
      ],
    },
    {
      securityContext: { fsGroup: 4321 },
      volumes: [
        { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
        { name: "disk", emptyDir: {} },
        { name: "secret", secret: { secretName: "env", defaultMode: 0o440 } },
        {
          name: "all",
          projected: {
            sources: [{ downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.name" } }] } }],
          },
        },
      ],
    },
  );
  for (const line of ["memory", "2777 4321", "volumes440", "file", "refused"])
    assert.ok(output.split("\n").includes(line), `${line} in ${output}`);
  assert.match(output, /4321/);
});

test("a link that leads out of a volume is no sub-path", async () => {
  const one = await pod("escape", {
    volumes: [{ name: "disk", emptyDir: {} }],
    initContainers: [
      {
        name: "link",
        image,
        command: ["ln", "-s", "/etc", "/disk/out"],
        volumeMounts: [{ name: "disk", mountPath: "/disk" }],
      },
    ],
    containers: [shell(forever, { volumeMounts: [{ name: "disk", mountPath: "/x", subPath: "out" }] })],
  });
  const refused = await one.until(
    "it is refused",
    (now) => statusOf(now, "main")?.state?.waiting?.reason === "CreateContainerConfigError",
  );
  assert.match(statusOf(refused, "main").state!.waiting!.message!, /leads outside/);
  await remove(one);
});

test("init containers run one after the other, a sidecar goes on and ends last", async () => {
  const one = await pod("ordered", {
    restartPolicy: "Never",
    volumes: [{ name: "order", emptyDir: {} }],
    initContainers: [
      {
        name: "first",
        image,
        command: ["sh", "-c", "echo first >> /order/log"],
        volumeMounts: [{ name: "order", mountPath: "/order" }],
      },
      {
        name: "side",
        image,
        restartPolicy: "Always",
        command: [
          "sh",
          "-c",
          `echo side >> /order/log; trap 'cat /order/log; exit' TERM; while true; do sleep 0.1; done`,
        ],
        volumeMounts: [{ name: "order", mountPath: "/order" }],
      },
    ],
    containers: [
      shell("sleep 0.3; echo main >> /order/log", { volumeMounts: [{ name: "order", mountPath: "/order" }] }),
    ],
  });
  const done = await one.until("it has succeeded", ({ status }) => status?.phase === "Succeeded");
  assert.equal(statusOf(done, "first").state!.terminated!.exitCode, 0);
  assert.ok(statusOf(done, "side").state!.terminated);
  assert.match(await logOf("ordered", "side"), /side\nmain\n/);
  await remove(one);
});

test("probes: readiness over HTTP, a startup probe before it, and a failing liveness probe restarts", async () => {
  const web = await pod("web", {
    containers: [
      shell("sleep 0.5; mkdir /www; echo ok > /www/index.html; httpd -f -p 8080 -h /www", {
        ports: [{ name: "http", containerPort: 8080 }],
        startupProbe: { tcpSocket: { port: "http" }, periodSeconds: 1, failureThreshold: 30 },
        readinessProbe: { httpGet: { path: "/", port: "http" }, periodSeconds: 1 },
      }),
    ],
  });
  const sick = await pod("sick", {
    containers: [
      shell(forever, { livenessProbe: { exec: { command: ["false"] }, periodSeconds: 1, failureThreshold: 1 } }),
    ],
  });
  const unready = await web.until("it runs", (now) => statusOf(now, "main")?.state?.running !== undefined);
  assert.equal(statusOf(unready, "main").started, false);
  const ready = await web.until("it is ready", isReady);
  assert.equal(statusOf(ready, "main").started, true);
  const restarted = await sick.until("it is restarted", (now) => (statusOf(now, "main")?.restartCount ?? 0) > 0);
  assert.ok(statusOf(restarted, "main").lastState!.terminated);
  const events = await eventsOf("sick");
  assert.ok(events.includes("Unhealthy Liveness probe failed: "), events.join("\n"));
  assert.ok(events.includes("Killing Container main failed liveness probe, will be restarted"), events.join("\n"));
  await remove(web, sick);
});

test("hooks run after the start and before the end", async () => {
  const one = await pod("hooks", {
    terminationGracePeriodSeconds: 5,
    volumes: [{ name: "out", hostPath: { path: `${folder}/hooks`, type: "DirectoryOrCreate" } }],
    containers: [
      shell(forever, {
        volumeMounts: [{ name: "out", mountPath: "/out" }],
        lifecycle: {
          postStart: { exec: { command: ["sh", "-c", "echo begun > /out/begun"] } },
          preStop: { exec: { command: ["sh", "-c", "echo ending > /out/ending"] } },
        },
      }),
    ],
  });
  await one.until("it is ready", isReady);
  assert.equal(await readFile(`${folder}/hooks/begun`, "utf8"), "begun\n");
  await one.delete();
  await one.gone();
  assert.equal(await readFile(`${folder}/hooks/ending`, "utf8"), "ending\n");
});

test("termination messages come from their file, or from the log of a failure", async () => {
  const file = await pod("message", {
    restartPolicy: "Never",
    containers: [shell("echo -n said > /dev/termination-log")],
  });
  const log = await pod("fallback", {
    restartPolicy: "Never",
    containers: [shell("echo cried; exit 1", { terminationMessagePolicy: "FallbackToLogsOnError" })],
  });
  const ended = await file.until("it has ended", ({ status }) => status?.phase === "Succeeded");
  assert.equal(statusOf(ended, "main").state!.terminated!.message, "said");
  const failed = await log.until("it has failed", ({ status }) => status?.phase === "Failed");
  assert.equal(statusOf(failed, "main").state!.terminated!.message, "cried\n");
  await remove(file, log);
});

test("security contexts: users, groups, privilege, a read-only root, and no root where it is forbidden", async () => {
  const output = await outputOf(
    "secure",
    "id -u; id -g; id -G; grep NoNewPrivs /proc/self/status; touch /x || echo readonly; hostname; cat /etc/hosts",
    {
      securityContext: {
        runAsUser: 1234,
        runAsGroup: 2345,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
      },
    },
    {
      hostname: "named",
      subdomain: "sub",
      hostAliases: [{ ip: "1.2.3.4", hostnames: ["alias"] }],
      securityContext: { supplementalGroups: [77] },
    },
  );
  for (const line of ["1234", "2345", "2345 77", "NoNewPrivs:\t1", "readonly", "named", "1.2.3.4\talias"]) {
    assert.ok(output.split("\n").includes(line), `${line} in ${output}`);
  }
  assert.match(output, /^10\.213\.0\.\d+\tnamed\.sub\.default\.svc\.cluster\.local\tnamed$/m);
  const root = await pod("root", { containers: [shell("true", { securityContext: { runAsNonRoot: true } })] });
  const refused = await root.until(
    "it is refused",
    (now) => statusOf(now, "main")?.state?.waiting?.reason === "CreateContainerConfigError",
  );
  assert.match(statusOf(refused, "main").state!.waiting!.message!, /image will run as root/);
  await remove(root);
});

test("limits hold: memory that is too much ends the container as out of memory", async () => {
  const one = await pod("greedy", {
    restartPolicy: "Never",
    containers: [
      shell("x=$(yes | head -c 200000000); echo $x | wc -c", {
        resources: { limits: { memory: "32Mi", cpu: "500m" } },
      }),
    ],
  });
  const failed = await one.until("it has failed", ({ status }) => status?.phase === "Failed");
  assert.equal(statusOf(failed, "main").state!.terminated!.reason, "OOMKilled");
  assert.equal(failed.status!.qosClass, "Guaranteed");
  await remove(one);
});

test("images: a name that is none, and one that may not be pulled", async () => {
  const bad = await pod("bad-name", { containers: [shell("true", { image: "Not/A/Name" })] });
  const never = await pod("never", {
    containers: [shell("true", { image: "kubets.test/absent:1", imagePullPolicy: "Never" })],
  });
  await bad.until("its name is refused", (now) => statusOf(now, "main")?.state?.waiting?.reason === "InvalidImageName");
  await never.until("it is not pulled", (now) => statusOf(now, "main")?.state?.waiting?.reason === "ErrImageNeverPull");
  await remove(bad, never);
});

test("running containers go on over a restart of the agent and are managed again", async () => {
  const one = await pod("kept", {
    containers: [shell(forever, { readinessProbe: { exec: { command: ["true"] }, periodSeconds: 1 } })],
  });
  const before = await one.until("it is ready", isReady);
  await stopAgent();
  const leaving = await pod("leaving", { containers: [shell(forever)] });
  stopAgent = await startAgent();
  await leaving.until("a new one starts", isReady);
  const now = await one.get();
  assert.equal(statusOf(now, "main").containerID, statusOf(before, "main").containerID);
  assert.equal(statusOf(now, "main").restartCount, 0);
  assert.ok(isReady(now));
  await remove(one, leaving);
});

test("a pod past its deadline fails, and one that does not fit is refused", async () => {
  const late = await pod("late", { activeDeadlineSeconds: 1, containers: [shell(forever)] });
  const large = await pod("large", { containers: [shell(forever, { resources: { requests: { cpu: "1000" } } })] });
  const failed = await late.until("it has failed", ({ status }) => status?.phase === "Failed");
  assert.equal(failed.status!.reason, "DeadlineExceeded");
  const refused = await large.until("it is refused", ({ status }) => status?.phase === "Failed");
  assert.equal(refused.status!.reason, "OutOfcpu");
  await remove(late, large);
});

test("an ephemeral container joins a running pod and sees its processes", async () => {
  const one = await pod("debugged", { containers: [shell(forever)] });
  await one.until("it is ready", isReady);
  const patch = {
    spec: {
      ephemeralContainers: [
        { name: "debug", image, targetContainerName: "main", command: ["sh", "-c", "ps; sleep 60"] },
      ],
    },
  };
  await api.client
    .resource(apiResources.pods)
    .patch("debugged", patch, { type: "strategic", subresource: "ephemeralcontainers", namespace });
  await one.until("it runs", (now) => statusOf(now, "debug")?.state?.running !== undefined);
  await eventually("it sees them", async () => /sh -c trap exit TERM/.test(await logOf("debugged", "debug")));
  await remove(one);
});

test("resources change in place, by a restart where the policy says so, and not beyond the node", async () => {
  const resources = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { cpu, memory } });
  const patchOf = (main: object, other: object) => ({
    spec: {
      containers: [
        { name: "main", resources: main },
        { name: "other", resources: other },
      ],
    },
  });
  const one = await pod("resized", {
    containers: [
      shell(forever, { resources: resources("100m", "32Mi") }),
      shell(forever, {
        name: "other",
        resources: resources("100m", "32Mi"),
        resizePolicy: [{ resourceName: "memory", restartPolicy: "RestartContainer" }],
      }),
    ],
  });
  await one.until("it is ready", isReady);
  const resize = (patch: object) =>
    api.client
      .resource(apiResources.pods)
      .patch("resized", patch, { type: "strategic", subresource: "resize", namespace });
  await resize(patchOf(resources("200m", "64Mi"), resources("100m", "48Mi")));
  const done = await one.until("both have what was asked", (now) => {
    const [main, other] = [statusOf(now, "main"), statusOf(now, "other")];
    return (
      main.resources?.limits?.["memory"] === "64Mi" &&
      other.resources?.limits?.["memory"] === "48Mi" &&
      other.restartCount === 1
    );
  });
  assert.equal(statusOf(done, "main").restartCount, 0);
  assert.equal(statusOf(done, "main").allocatedResources!["cpu"], "200m");
  const id = statusOf(done, "main").containerID!.replace("containerd://", "");
  const script =
    "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null || cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max";
  const { stdout } = await runtime.execSync(id, ["sh", "-c", script], 5000);
  assert.match(stdout.toString(), new RegExp(`^${64 * 1024 ** 2}\n20000`));
  await resize(patchOf(resources("1000", "64Mi"), resources("100m", "48Mi")));
  const condition = (now: Awaited<ReturnType<PodHandle["get"]>>) =>
    now.status?.conditions?.find(({ type }) => type === "PodResizePending");
  const pending = await one.until("it waits", (now) => condition(now) !== undefined);
  assert.equal(condition(pending)!.reason, "Infeasible");
  assert.equal(statusOf(pending, "main").allocatedResources!["cpu"], "200m");
  await resize(patchOf(resources("200m", "64Mi"), resources("100m", "48Mi")));
  await one.until("it does not wait any more", (now) => condition(now) === undefined);
  await remove(one);
});

/** The node API as the API server calls it, with its certificate or another's. */
async function nodeApi(path: string, pair?: { readonly certificate: string; readonly key: string }) {
  const node = await api.client.resource(apiResources.nodes).get("node");
  const port = node.status!.daemonEndpoints!.kubeletEndpoint!.Port;
  const { certificate, key } = pair ?? (await pki.kubeletClient());
  return {
    server: `https://127.0.0.1:${port}`,
    path,
    certificateAuthority: pki.clusterAuthority.certificate,
    clientCertificate: certificate,
    clientKey: key,
  };
}

async function get(
  path: string,
  pair?: { readonly certificate: string; readonly key: string },
): Promise<{ status: number; text: string }> {
  const { server, certificateAuthority, clientCertificate, clientKey } = await nodeApi(path, pair);
  return new Promise((resolve, reject) => {
    const options = { ca: certificateAuthority, cert: clientCertificate, key: clientKey, agent: false as const };
    const call = request(`${server}${path}`, options, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, text: body }), reject);
    });
    call.once("error", reject);
    call.end();
  });
}

test("the node API gives logs, figures and pods to the API server, and to nobody else", async () => {
  const one = await pod("logged", { containers: [shell(`echo one; echo two; ${forever}`)] });
  await one.until("it is ready", isReady);
  await eventually(
    "it has printed",
    async () => (await get("/containerLogs/default/logged/main")).text === "one\ntwo\n",
  );
  assert.deepEqual(await get("/containerLogs/default/logged/main?tailLines=1"), { status: 200, text: "two\n" });
  assert.deepEqual(await get("/containerLogs/default/logged/other"), {
    status: 400,
    text: "container other is not valid for pod logged",
  });
  const previous = 'previous terminated container "main" in pod "logged" not found';
  assert.deepEqual(await get("/containerLogs/default/logged/main?previous=true"), { status: 400, text: previous });
  assert.equal((await get("/containerLogs/default/absent/main")).status, 404);
  assert.equal(JSON.parse((await get("/pods")).text).items.length, 1);
  const summary = JSON.parse((await get("/stats/summary")).text);
  assert.ok(summary.pods[0].containers[0].memory.workingSetBytes > 0);
  assert.match(
    (await get("/metrics/resource")).text,
    /container_memory_working_set_bytes\{container="main",namespace="default",pod="logged"\} \d+/,
  );
  assert.equal((await get("/pods", await pki.node("other", []))).status, 403);
  await remove(one);
});

test("commands, terminals and ports of a pod are reached through the node API", async () => {
  const one = await pod("reached", {
    containers: [shell(`mkdir /www; echo page > /www/index.html; httpd -p 8080 -h /www; ${forever}`)],
  });
  await one.until("it is ready", isReady);
  const flags = { stdin: true, stdout: true, stderr: true, tty: false };
  const path = `/exec/default/reached/main?input=1&output=1&error=1&command=sh&command=-c&command=${encodeURIComponent("read line; echo got $line; echo bad >&2; exit 5")}`;
  const command = await dialRemoteCommand(await nodeApi(path), flags, "spdy");
  command.stdin!.end("hello\n");
  const [output, errors, status] = await Promise.all([text(command.stdout!), text(command.stderr!), command.result]);
  assert.deepEqual([output, errors, exitCodeOf(status)], ["got hello\n", "bad\n", 5]);
  await command.close();
  const ports = await dialPortForward(await nodeApi("/portForward/default/reached"), "spdy");
  const { data: connection } = await ports.connect(8080);
  connection.write("GET / HTTP/1.0\r\n\r\n");
  assert.match(await text(connection), /page\n$/);
  await ports.close();
  await remove(one);
});

test("containers go on while containerd is killed and started again, and the agent finds it again", async () => {
  const one = await pod("survivor", { containers: [shell(forever)] });
  const before = await one.until("it is ready", isReady);
  process.kill(Number(process.env["KUBETS_TEST_CONTAINERD"]), "SIGKILL");
  const containerd = spawn("containerd", ["--config", `${folder}/config.toml`], { stdio: "ignore" });
  const ended = new Promise((resolve) => containerd.once("close", resolve));
  const two = await pod("after", { containers: [shell(forever)] });
  await two.until("a new one is ready", isReady, 30_000);
  const now = await one.get();
  assert.equal(statusOf(now, "main").containerID, statusOf(before, "main").containerID);
  assert.ok(isReady(now));
  await remove(one, two);
  containerd.kill();
  await ended;
});
