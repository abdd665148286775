/** What every runtime must do, real or simulated: run by the tests of each. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { ContainerConfig, LogOptions, Runtime, RuntimeEvent, SandboxConfig } from "./contract.ts";
import { isNodeError } from "./errors.ts";
import { containerNameLabel, podNameLabel, podNamespaceLabel, podUidLabel } from "./labels.ts";

export interface RuntimeUnderTest {
  readonly runtime: Runtime;
  /** An image with `sh`, present already. */
  readonly image: string;
  /** Where logs go. */
  readonly logFolder: string;
}

function sandboxOf(logFolder: string): SandboxConfig {
  const uid = randomUUID();
  const name = `pod-${uid.slice(0, 8)}`;
  return {
    metadata: { name, namespace: "default", uid, attempt: 0 },
    hostname: name,
    logDirectory: `${logFolder}/${uid}`,
    labels: { [podNameLabel]: name, [podNamespaceLabel]: "default", [podUidLabel]: uid },
    annotations: { note: "kept" },
    linux: { securityContext: { namespaceOptions: { pid: "CONTAINER" } } },
  };
}

function containerOf(sandbox: SandboxConfig, image: string, script: string): ContainerConfig {
  return {
    metadata: { name: "main", attempt: 0 },
    image: { image },
    command: ["sh", "-c", script],
    labels: { ...sandbox.labels, [containerNameLabel]: "main" },
    annotations: { "io.kubernetes.container.restartCount": "0" },
    logPath: "main.log",
    linux: { resources: {}, securityContext: { namespaceOptions: { pid: "CONTAINER" } } },
  };
}

async function text(parts: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all).toString();
}

function nextExit(runtime: Runtime): Promise<RuntimeEvent & { kind: "container" }> {
  return new Promise((resolve) => {
    const stop = runtime.subscribe((event) => {
      if (event.kind !== "container" || event.change !== "exited") return;
      stop();
      resolve(event);
    });
  });
}

/** `ready` is asked within each test, after the caller's own set-up. */
export function runtimeContract(ready: () => RuntimeUnderTest): void {
  const begin = async (script: string) => {
    const { runtime, image, logFolder } = ready();
    const sandbox = sandboxOf(logFolder);
    const sandboxId = await runtime.runSandbox(sandbox, "");
    const containerId = await runtime.createContainer(sandboxId, containerOf(sandbox, image, script), sandbox);
    const end = async () => {
      await runtime.stopSandbox(sandboxId);
      await runtime.removeSandbox(sandboxId);
    };
    return { runtime, sandbox, sandboxId, containerId, uid: sandbox.metadata!.uid!, end };
  };
  const read = ({ runtime, containerId }: Awaited<ReturnType<typeof begin>>, options: LogOptions) =>
    text(runtime.logs(containerId, options, new AbortController().signal));

  test("it names itself and says that it is ready", async () => {
    const { runtime } = ready();
    assert.match((await runtime.version()).runtimeName, /^\w+$/);
    const conditions = await runtime.status();
    assert.deepEqual(
      conditions.map(({ type, status }) => [type, status]),
      [
        ["RuntimeReady", true],
        ["NetworkReady", true],
      ],
    );
  });

  test("a sandbox has an address of its own, keeps its labels, and is found by its pod", async () => {
    const one = await begin("sleep 60");
    const status = await one.runtime.sandboxStatus(one.sandboxId);
    assert.equal(status.state, "SANDBOX_READY");
    assert.match(status.network!.ip, /^\d+\.\d+\.\d+\.\d+$/);
    assert.equal(status.annotations["note"], "kept");
    assert.deepEqual(
      (await one.runtime.listSandboxes(one.uid)).map(({ id }) => id),
      [one.sandboxId],
    );
    await one.end();
    assert.deepEqual(await one.runtime.listSandboxes(one.uid), []);
  });

  test("a container is created, runs, ends with its code, and an event says so after its status does", async () => {
    const one = await begin("sleep 0.2; exit 7");
    const { runtime, containerId } = one;
    assert.equal((await runtime.containerStatus(containerId)).state, "CONTAINER_CREATED");
    const exit = nextExit(runtime);
    await runtime.startContainer(containerId);
    assert.equal((await runtime.containerStatus(containerId)).state, "CONTAINER_RUNNING");
    const event = await exit;
    assert.equal(event.containerId, containerId);
    assert.equal(event.podUid, one.uid);
    const status = await runtime.containerStatus(containerId);
    assert.equal(status.state, "CONTAINER_EXITED");
    assert.equal(status.exitCode, 7);
    assert.equal(status.reason, "Error");
    assert.ok(status.finishedAt >= status.startedAt && status.startedAt >= status.createdAt);
    await one.end();
  });

  test("what a container prints is its log, whole, from the end, with times, and followed to its end", async () => {
    const one = await begin("echo one; echo two; sleep 0.2; echo three");
    await one.runtime.startContainer(one.containerId);
    assert.equal(await read(one, { follow: true }), "one\ntwo\nthree\n");
    assert.equal(await read(one, { tailLines: 1 }), "three\n");
    assert.match(await read(one, { tailLines: 1, timestamps: true }), /^\d{4}-\d\d-\d\dT[\d:.]+Z three\n$/);
    assert.equal(await read(one, { limitBytes: 5 }), "one\nt");
    await one.end();
  });

  test("a stopped container has ended when the call returns, and stopping it again does no harm", async () => {
    const one = await begin("sleep 60");
    await one.runtime.startContainer(one.containerId);
    await one.runtime.stopContainer(one.containerId, 0);
    assert.equal((await one.runtime.containerStatus(one.containerId)).state, "CONTAINER_EXITED");
    await one.runtime.stopContainer(one.containerId, 0);
    await one.end();
    await one.end();
  });

  test("stopping a sandbox ends its containers and takes its readiness", async () => {
    const one = await begin("sleep 60");
    await one.runtime.startContainer(one.containerId);
    await one.runtime.stopSandbox(one.sandboxId);
    assert.equal((await one.runtime.sandboxStatus(one.sandboxId)).state, "SANDBOX_NOTREADY");
    assert.equal((await one.runtime.containerStatus(one.containerId)).state, "CONTAINER_EXITED");
    await one.end();
  });

  test("commands run in a container and answer output and code", async () => {
    const one = await begin("sleep 60");
    await one.runtime.startContainer(one.containerId);
    const good = await one.runtime.execSync(one.containerId, ["sh", "-c", "echo hello"], 10_000);
    assert.equal(good.stdout.toString(), "hello\n");
    assert.equal((await one.runtime.execSync(one.containerId, ["sh", "-c", "exit 3"], 10_000)).exitCode, 3);
    await one.end();
  });

  test("what does not exist is not found", async () => {
    const { runtime } = ready();
    await assert.rejects(runtime.containerStatus("absent"), (error) => isNodeError(error, "not-found"));
    await assert.rejects(runtime.sandboxStatus("absent"), (error) => isNodeError(error, "not-found"));
    await runtime.stopContainer("absent", 0);
    await runtime.removeSandbox("absent");
  });

  test("containers are listed by pod and by sandbox", async () => {
    const [one, other] = [await begin("sleep 60"), await begin("sleep 60")];
    assert.deepEqual(
      (await one.runtime.listContainers({ podUid: one.uid })).map(({ id }) => id),
      [one.containerId],
    );
    const inOther = await one.runtime.listContainers({ sandboxId: other.sandboxId });
    assert.deepEqual(
      inOther.map(({ id }) => id),
      [other.containerId],
    );
    await one.end();
    await other.end();
  });
}
