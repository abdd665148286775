/** A start that is interrupted at any step, and ends that meet each other: nothing is left, and nobody takes away another's cluster. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, suite, test } from "node:test";
import { isAlive, readState } from "../../src/cluster/state.ts";
import { repository, tryKubets } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { needsContainers } from "../support/needs.ts";
import { nothing, remainsOf } from "../support/remains.ts";

const name = `e2e-${process.pid}-0`;
const folder = mkdtempSync(join(tmpdir(), "kubets-e2e-"));
const data = join(folder, "data");
const kubeconfig = join(folder, "kubeconfig");
const upArguments = ["up", "--name", name, "--data", data, "--kubeconfig", kubeconfig, "--port", "0"];
const down = (...flags: readonly string[]) => tryKubets(["down", "--name", name, ...flags]);

interface Start {
  readonly process: ChildProcess;
  /** Its exit status and what it wrote to standard error. */
  readonly ended: Promise<{ readonly status: number | null; readonly said: string }>;
  /** Resolves when it has said that it is at this step. */
  reached(step: string): Promise<void>;
}

function up(): Start {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const child = spawn(join(repository, "bin/kubets"), upArguments, {
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (part: Buffer) => (said += part));
  const ended = new Promise<{ status: number | null; said: string }>((resolve) =>
    child.on("close", (status) => resolve({ status, said })),
  );
  const reached = (step: string) => eventually(() => assert.ok(said.includes(step), `${step} is reached: ${said}`));
  return { process: child, ended, reached };
}

const isClean = () => {
  assert.deepEqual(remainsOf(name, data), nothing);
  assert.equal(existsSync(kubeconfig), false);
};

suite("a start that is interrupted", { skip: needsContainers, timeout: 600_000 }, () => {
  afterEach(() => readState(name) && down());
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const step of ["making the network namespaces", "starting the control plane", "starting node-1"])
    test(`leaves nothing when it is interrupted while ${step}`, async () => {
      const start = up();
      await start.reached(step);
      start.process.kill("SIGINT");
      const { status, said } = await start.ended;
      assert.equal(status, 1);
      assert.match(said, /error: cluster \S+ was stopped before it was ready/);
      isClean();
    });

  test("leaves nothing when kubets up is killed", async () => {
    const start = up();
    await start.reached("starting the control plane");
    start.process.kill("SIGKILL");
    await start.ended;
    await eventually(isClean);
  });

  test("leaves nothing when the supervisor is killed", async () => {
    const start = up();
    await start.reached("starting node-1");
    process.kill(readState(name)!.supervisor.pid, "SIGKILL");
    const { status, said } = await start.ended;
    assert.equal(status, 1);
    assert.match(said, /error: the supervisor ended with SIGKILL/);
    isClean();
  });

  test("leaves nothing when kubets down meets it", async () => {
    const start = up();
    await start.reached("starting the control plane");
    assert.equal((await down()).status, 0);
    const { status, said } = await start.ended;
    assert.equal(status, 1);
    assert.match(said, /was stopped before it was ready/);
    isClean();
  });

  test("of two at once one starts the cluster, and the other does not end it", async () => {
    const starts = [up(), up()];
    const results = await Promise.all(starts.map(({ ended }) => ended));
    assert.deepEqual(results.map(({ status }) => status).sort(), [0, 1]);
    assert.match(results.find(({ status }) => status === 1)!.said, /error: cluster \S+ is (running already|starting)/);
    assert.ok(isAlive(readState(name)!.supervisor));
    const nodes = await tryKubets(["get", "nodes", "-o", "name"], { environment: { KUBECONFIG: kubeconfig } });
    assert.equal(nodes.stdout, "node/node-1\n");
  });

  test("of two kubets down at once one finds nothing, or both do the work", async () => {
    assert.equal((await up().ended).status, 0);
    const results = await Promise.all([down(), down()]);
    assert.ok(results.some(({ status }) => status === 0));
    for (const { status, stderr } of results) if (status !== 0) assert.match(stderr, /error: there is no cluster/);
    isClean();
  });

  test("a supervisor that hangs is ended by kubets down", async () => {
    assert.equal((await up().ended).status, 0);
    process.kill(readState(name)!.supervisor.pid, "SIGSTOP");
    assert.equal((await down("--timeout", "1s")).status, 0);
    isClean();
  });
});
