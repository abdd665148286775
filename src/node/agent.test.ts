import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { missingForContainerd, startContainerd } from "./testing/containerd.ts";

/** What hangs ends with a name, and a failed case leaves no open handle to wait for. */
const flags = ["--test-reporter=spec", "--test-timeout=60000", "--test-force-exit"];
const skip = await missingForContainerd();

/** Pods are reached from the network namespace that they are in, so the cases run there, in a process of their own. */
test("the node agent on containerd", { skip, timeout: 300_000 }, async () => {
  const containerd = await startContainerd();
  try {
    const [command, ...parameters] = containerd.enter;
    const cases = join(import.meta.dirname, "testing", "agent-on-containerd.ts");
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
    const child = spawn(command!, [...parameters, process.execPath, ...flags, cases], {
      env: {
        ...environment,
        KUBETS_TEST_SOCKET: containerd.socket,
        KUBETS_TEST_FOLDER: containerd.folder,
        KUBETS_TEST_CGROUP: containerd.cgroupRoot,
        KUBETS_TEST_CONTAINERD: String(containerd.pid),
      },
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => output.push(part));
    const code = await new Promise((resolve) => child.once("close", resolve));
    assert.equal(code, 0, Buffer.concat(output).toString());
  } finally {
    await containerd.stop();
  }
});
