import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { clusterOptions } from "../options.ts";
import { clusterPaths } from "../paths.ts";
import { type ClusterState, identify, isAlive, stateWithout } from "../state.ts";
import { endSupervisor } from "./end-supervisor.ts";

/** A supervisor that takes the call, answers as `answer` has it, and ignores signals that can be ignored. */
const program = (socket: string, answer: string) => `
  const server = require("node:http").createServer((request, response) => { ${answer} });
  server.listen(${JSON.stringify(socket)}, () => console.log("listening"));
  process.on("SIGTERM", () => {});
  setInterval(() => {}, 1000);
`;

async function supervisor(t: TestContext, answer: string): Promise<ClusterState> {
  const folder = mkdtempSync(join(tmpdir(), "kubets-end-"));
  const former = process.env["KUBETS_RUN"];
  process.env["KUBETS_RUN"] = folder;
  // Its data folder is gone.
  const options = clusterOptions({ name: "end", data: join(folder, "gone") }, () => folder);
  const { control } = clusterPaths(options.name, options.data);
  mkdirSync(dirname(control), { recursive: true });
  const child = spawn(process.execPath, ["-e", program(control, answer)], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => {
    child.kill("SIGKILL");
    if (former === undefined) delete process.env["KUBETS_RUN"];
    else process.env["KUBETS_RUN"] = former;
    rmSync(folder, { recursive: true, force: true });
  });
  await once(child.stdout, "data");
  return { ...stateWithout(options), supervisor: identify(child.pid!) };
}

for (const [what, answer] of [
  ["says that it has stopped, and goes on", `response.end("{}")`],
  ["cannot stop", `response.writeHead(400).end("no such folder")`],
  ["does not answer", ""],
  [
    "breaks off its answer",
    `response.writeHead(200, { "content-length": 9 }); response.write("{"); setTimeout(() => response.destroy(), 10)`,
  ],
] as const)
  test(`a supervisor that ${what} is ended by force`, { timeout: 20_000 }, async (t) => {
    const state = await supervisor(t, answer);
    await endSupervisor(state, { removeData: true, timeoutMs: 200 });
    assert.equal(isAlive(state.supervisor), false);
  });
