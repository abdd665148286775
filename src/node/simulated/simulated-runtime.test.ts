import assert from "node:assert/strict";
import { after, test } from "node:test";
import { FakeClock, systemClock } from "../../client/mod.ts";
import { runtimeContract } from "../runtime/contract.suite.ts";
import { isNodeError } from "../runtime/errors.ts";
import { AddressPool } from "./address-pool.ts";
import { instructionsFor } from "./annotations.ts";
import { foresee } from "./script.ts";
import { SimulatedRuntime } from "./simulated-runtime.ts";

const runtime = new SimulatedRuntime({ podCidr: "10.1.2.0/24", clock: systemClock });
after(() => runtime.close());
runtimeContract(() => ({ runtime, image: "any", logFolder: "/" }));

test("commands whose outcome is plain are foreseen, others are not", () => {
  assert.deepEqual(foresee(["sh", "-c", "echo a; sleep 2; echo 'b c'; exit 3; echo d"]), {
    output: [
      { atMs: 0, text: "a\n" },
      { atMs: 2000, text: "b c\n" },
    ],
    durationMs: 2000,
    exitCode: 3,
  });
  assert.equal(foresee(["/bin/false"])?.exitCode, 1);
  assert.equal(foresee(["sleep", "infinity"])?.durationMs, Number.POSITIVE_INFINITY);
  for (const command of [[], ["nginx"], ["sh", "-c", "echo $HOME"], ["sh", "-c", "true && false"], ["sh"]]) {
    assert.equal(foresee(command), undefined, command.join(" "));
  }
});

test("an annotation for one container stands above that for all", () => {
  const annotations = { "kubets.dev/exit-code": "1", "kubets.dev/exit-code.b": "2", "kubets.dev/run-for": "1.5s" };
  assert.deepEqual(instructionsFor(annotations, "a"), {
    exitCode: 1,
    runForMs: 1500,
    startDelayMs: 0,
    startError: undefined,
  });
  assert.equal(instructionsFor(annotations, "b").exitCode, 2);
});

test("addresses are not given twice, come back late, and run out with a word", () => {
  const pool = new AddressPool("10.0.0.0/29");
  const all = [1, 2, 3, 4, 5].map(() => pool.take());
  assert.deepEqual(all, ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"]);
  assert.throws(() => pool.take(), /used up/);
  pool.giveBack("10.0.0.3");
  assert.equal(pool.take(), "10.0.0.3");
});

test("a container ends when its pod says so, and not before", async () => {
  const clock = new FakeClock();
  const simulated = new SimulatedRuntime({ podCidr: "10.1.3.0/24", clock });
  const sandbox = { metadata: { name: "p" }, annotations: { "kubets.dev/run-for": "5s", "kubets.dev/exit-code": "4" } };
  const sandboxId = await simulated.runSandbox(sandbox);
  const id = await simulated.createContainer(sandboxId, { metadata: { name: "main" } }, sandbox);
  await simulated.startContainer(id);
  clock.advance(4900);
  assert.equal((await simulated.containerStatus(id)).state, "CONTAINER_RUNNING");
  clock.advance(200);
  assert.equal((await simulated.containerStatus(id)).exitCode, 4);
});

test("a pull and a start fail as told", async () => {
  const sandbox = {
    annotations: { "kubets.dev/pull-error": "no such image", "kubets.dev/start-error": "no such file" },
  };
  await assert.rejects(runtime.images.pull("web", { sandbox }), /no such image/);
  const sandboxId = await runtime.runSandbox(sandbox);
  const id = await runtime.createContainer(sandboxId, { metadata: { name: "main" } }, sandbox);
  await assert.rejects(runtime.startContainer(id), (error) => isNodeError(error) && error.message === "no such file");
  assert.equal((await runtime.containerStatus(id)).reason, "StartError");
  await runtime.removeSandbox(sandboxId);
});
