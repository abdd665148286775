import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { isOrdinary, type SandboxCommands, sandboxPrograms, sandboxRuntimeScript } from "./sandbox-runtime.ts";

const run = promisify(execFile);

interface Stage {
  readonly folder: string;
  /** Runs the script in the sandbox's bundle and answers what it printed; the runc of this test prints the words that it is given. */
  script(...args: readonly string[]): Promise<string>;
}

async function setUp(t: TestContext): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "kubets-sandbox-"));
  t.after(() => rm(folder, { recursive: true }));
  const runc = join(folder, "it's runc");
  await writeFile(runc, '#!/bin/sh\nprintf "%s|" "$@"\n', { mode: 0o700 });
  const commands = { ...Object.fromEntries(sandboxPrograms.map((name) => [name, name])), runc } as SandboxCommands;
  const file = join(folder, "kubets-runc");
  await writeFile(file, sandboxRuntimeScript(commands, { version: 2, mounts: [{ path: folder, controllers: [] }] }), {
    mode: 0o700,
  });
  for (const id of ["sandbox", "container"]) {
    await mkdir(join(folder, id));
    await mkdir(join(folder, "state", id), { recursive: true });
  }
  const options = { cwd: join(folder, "sandbox") };
  return { folder, script: async (...args) => (await run(file, [...args], options)).stdout };
}

/** What containerd writes for a sandbox, with changes. */
function sandbox(changes: {
  readonly namespaces?: readonly object[];
  readonly hostname?: string;
  readonly uid?: number;
}) {
  const { hostname = "web-1", uid = 65535 } = changes;
  const types = ["pid", "ipc", "uts", "mount"].map((type) => ({ type }));
  return JSON.stringify({
    process: { user: { uid, gid: 65535 }, args: ["/pause", "-P"], oomScoreAdj: 0 },
    root: { path: "rootfs", readonly: true },
    hostname,
    annotations: { "io.kubernetes.cri.container-type": "sandbox" },
    linux: {
      sysctl: { "net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647" },
      cgroupsPath: "/pod/sandbox",
      namespaces: changes.namespaces ?? [...types, { type: "network", path: "/run/netns/none" }],
    },
  });
}

test("what is not a sandbox goes to runc word for word", async (t) => {
  const { script } = await setUp(t);
  const words = ["--root", "/a b", "--log-format", "json", "exec", "--process", 'it\'s "one"', "container"];
  assert.equal(await script(...words), `${words.join("|")}|`);
  assert.equal(await script("state", "container"), "state|container|");
  assert.equal(await script("--version"), "--version|");
});

test("a sandbox that is not of the kind expected, or that cannot be made, is made by runc", async (t) => {
  const { folder, script } = await setUp(t);
  const bundle = join(folder, "sandbox");
  const words = ["create", "--bundle", bundle, "--pid-file", join(bundle, "init.pid"), "sandbox"];
  const host = [{ type: "ipc" }, { type: "uts" }, { type: "mount" }];
  // The last is as expected, and has a cgroup whose parent does not exist.
  for (const changes of [{ namespaces: host }, { hostname: "a\\b" }, { uid: 0 }, {}]) {
    await writeFile(join(bundle, "config.json"), sandbox(changes));
    assert.equal(await script(...words), `${words.join("|")}|`, JSON.stringify(changes));
    await assert.rejects(access(join(bundle, "kubets-sandbox")));
  }
});

test("a container that runc has made goes on when it is started", async (t) => {
  const { folder, script } = await setUp(t);
  const pipe = join(folder, "state", "container", "exec.fifo");
  await run("mkfifo", [pipe]);
  // As runc's process does: it waits for a reader, also where the reader comes first.
  const waiting = spawn("sh", ["-c", 'sleep 0.03; printf 0 >"$0"; exec sleep 60', pipe], { stdio: "ignore" });
  t.after(() => waiting.kill("SIGKILL"));
  await writeFile(join(folder, "container", "init.pid"), String(waiting.pid));
  assert.equal(await script("--root", join(folder, "state"), "start", "container"), "");
  await assert.rejects(access(pipe), "the pipe that says that a container waits is gone");
});

test("runc explains why a container that has died is not started", async (t) => {
  const { folder, script } = await setUp(t);
  await run("mkfifo", [join(folder, "state", "container", "exec.fifo")]);
  const { stdout: pid } = await run("sh", ["-c", "printf $$"]);
  await writeFile(join(folder, "container", "init.pid"), pid);
  const words = ["--root", join(folder, "state"), "start", "container"];
  assert.equal(await script(...words), `${words.join("|")}|`);
});

test("the script knows its sandboxes by a mark, and says of those that have ended what runc would", async (t) => {
  const { folder, script } = await setUp(t);
  await writeFile(join(folder, "sandbox", "kubets-sandbox"), "/pod\n");
  await mkdir(join(folder, "pod"));
  await writeFile(join(folder, "pod", "cgroup.procs"), "");
  await assert.rejects(script("kill", "sandbox", "15"), { stderr: "container not running\n" });
  await assert.rejects(script("start", "sandbox"), { stderr: "cannot start a container that has stopped\n" });
  await rm(join(folder, "pod", "cgroup.procs"));
  assert.equal(await script("delete", "--force", "sandbox"), "");
  await assert.rejects(readFile(join(folder, "pod")), { code: "ENOENT" });
});

test("pods that share processes or a network with the node or each other are not ordinary", () => {
  const containers: never[] = [];
  assert.equal(isOrdinary({ containers }), true);
  for (const key of ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"])
    assert.equal(isOrdinary({ containers, [key]: true }), false, key);
});
