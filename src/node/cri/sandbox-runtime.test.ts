import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { access, mkdir, rm, writeFile } from "node:fs/promises";
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
    await writeFile(join(folder, id, "config.json"), "{}");
  }
  const options = { cwd: join(folder, "sandbox") };
  return { folder, script: async (...args) => (await run(file, [...args], options)).stdout };
}

/** What containerd writes for a sandbox, with changes. */
function sandbox(changes: {
  readonly namespaces?: readonly object[];
  readonly more?: readonly object[];
  readonly hostname?: string;
  readonly uid?: number;
  readonly cgroupsPath?: string;
}) {
  const { hostname = "web-1", uid = 65535, cgroupsPath = "/pod/sandbox" } = changes;
  const types = ["pid", "ipc", "uts", "mount"].map((type) => ({ type }));
  const own = [...types, { type: "network", path: "/run/netns/none" }];
  return JSON.stringify({
    process: { user: { uid, gid: 65535 }, args: ["/pause", "-P"], oomScoreAdj: 0 },
    root: { path: "rootfs", readonly: true },
    hostname,
    annotations: { "io.kubernetes.cri.container-type": "sandbox" },
    linux: {
      sysctl: { "net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647" },
      cgroupsPath,
      namespaces: [...(changes.namespaces ?? own), ...(changes.more ?? [])],
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
  const odd = [{ hostname: "a\\b" }, { hostname: "a".repeat(65) }, { uid: 0 }, { more: [{ type: "user" }] }];
  // The last is as expected, and has a cgroup whose parent does not exist.
  for (const changes of [{ namespaces: host }, ...odd, {}]) {
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

test("a container with a program to be run after its start is started by runc", async (t) => {
  const { folder, script } = await setUp(t);
  const pipe = join(folder, "state", "container", "exec.fifo");
  await run("mkfifo", [pipe]);
  await writeFile(join(folder, "container", "init.pid"), String(process.pid));
  await writeFile(join(folder, "container", "config.json"), '{"hooks":{"poststart":[{"path":"/bin/true"}]}}');
  const words = ["--root", join(folder, "state"), "start", "container"];
  assert.equal(await script(...words), `${words.join("|")}|`);
});

/** A cgroup, as far as the script can tell, in which a process is. */
async function occupied(t: TestContext, folder: string): Promise<ChildProcess> {
  const inside = spawn("sleep", ["60"], { stdio: "ignore" });
  t.after(() => inside.kill("SIGKILL"));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "cgroup.procs"), `${inside.pid}\n`);
  return inside;
}

test("a cgroup that is not a sandbox's is never emptied", async (t) => {
  const { folder, script } = await setUp(t);
  const processes = await Promise.all(["", "pod"].map((name) => occupied(t, join(folder, name))));
  const mark = join(folder, "sandbox", "kubets-sandbox");
  for (const text of ["", "\n", "/\n", "/pod\n", "//\n", "pod/sandbox\n"]) {
    await writeFile(mark, text);
    for (const words of [
      ["kill", "sandbox", "9"],
      ["delete", "--force", "sandbox"],
      ["start", "sandbox"],
    ])
      assert.equal(await script(...words), `${words.join("|")}|`);
  }
  await rm(mark);
  // What would be read of it, were it cut at the comma, is the cgroup of the pod.
  const bundle = join(folder, "sandbox");
  await writeFile(join(bundle, "config.json"), sandbox({ cgroupsPath: "/pod/a,b" }));
  const words = ["create", "--bundle", bundle, "--pid-file", join(bundle, "init.pid"), "sandbox"];
  assert.equal(await script(...words), `${words.join("|")}|`);
  for (const { pid } of processes) assert.ok(process.kill(pid!, 0));
  for (const { signalCode } of processes) assert.equal(signalCode, null);
});

test("a sandbox's processes get the signal that is named, and without a name the one that asks them to end", async (t) => {
  const { folder, script } = await setUp(t);
  await writeFile(join(folder, "sandbox", "kubets-sandbox"), "/pod/sandbox\n");
  for (const [words, expected] of [
    [["10"], "SIGUSR1"],
    [[], "SIGTERM"],
  ] as const) {
    const inside = await occupied(t, join(folder, "pod", "sandbox"));
    const ended = once(inside, "exit");
    await script("kill", "sandbox", ...words);
    assert.deepEqual(await ended, [null, expected]);
  }
});

test("the script knows its sandboxes by a mark, and says of those that have ended what runc would", async (t) => {
  const { folder, script } = await setUp(t);
  const cgroup = join(folder, "pod", "sandbox");
  await writeFile(join(folder, "sandbox", "kubets-sandbox"), "/pod/sandbox\n");
  await mkdir(cgroup, { recursive: true });
  await writeFile(join(cgroup, "cgroup.procs"), "");
  await assert.rejects(script("kill", "sandbox", "15"), { stderr: "container not running\n" });
  await assert.rejects(access(join(folder, "kubets-runc.failed")));
  await assert.rejects(script("start", "sandbox"), { stderr: "cannot start a container that has stopped\n" });
  // By which it knows that the next are better made by runc.
  await access(join(folder, "kubets-runc.failed"));
  await rm(join(cgroup, "cgroup.procs"));
  assert.equal(await script("delete", "--force", "sandbox"), "");
  await assert.rejects(access(cgroup), { code: "ENOENT" });
});

test("pods that share processes or a network with the node or each other are not ordinary", () => {
  const containers: never[] = [];
  assert.equal(isOrdinary({ containers }), true);
  for (const key of ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"])
    assert.equal(isOrdinary({ containers, [key]: true }), false, key);
});
