/** What keeps `kubets up` from starting is said in one sentence, with a hint, and nothing is left behind. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { canRunContainers } from "../../src/cluster/mod.ts";
import { type CommandOptions, tryKubets } from "../support/command.ts";
import { needsContainers } from "../support/needs.ts";
import { nothing, remainsOf } from "../support/remains.ts";

const name = `refused-${process.pid}`;
const needsRoot = canRunContainers() ? false : "needs root on Linux";

suite("kubets up refuses", { timeout: 120_000 }, () => {
  let folder = "";
  const path = (file: string) => join(folder, file);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "kubets-refusals-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Answers what it said; nothing but what was there before may be left. */
  async function refused(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const files = readdirSync(folder);
    const fixed = ["--name", name, "--data", path("data"), "--kubeconfig", path("kubeconfig"), "--port", "0"];
    const environment = { KUBETS_RUN: path("run"), ...options.environment };
    const { status, stdout, stderr } = await tryKubets(["up", ...fixed, ...args], { ...options, environment });
    assert.equal(stdout, "");
    assert.equal(status, 1);
    assert.deepEqual(readdirSync(folder), files);
    if (!needsRoot) assert.deepEqual(remainsOf(name, path("data")), nothing);
    return stderr;
  }

  test("a port that is taken, for the API and for a published one", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const answer = (what: string) =>
      `error: port ${port} on 127.0.0.1, wanted for ${what}, is taken
hint: stop what listens there, or choose another with --port (0: any free one) or --publish; kubets list shows this machine's clusters
`;
    try {
      assert.equal(await refused(["--nodes", "0", "--port", String(port)]), answer("the API"));
      assert.equal(await refused(["--nodes", "0", "--publish", `${port}:30080`]), answer("a published port"));
    } finally {
      server.close();
    }
  });

  test("real containers without root", { skip: needsRoot }, async () => {
    const within = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    assert.equal(
      await refused(["--runtime", "containerd"], { within }),
      "error: --runtime containerd needs root on Linux\nhint: run it as root, or use --runtime simulated\n",
    );
    assert.equal(
      await refused(["--data", "/var/lib/elsewhere"], { within }),
      `error: the kubeconfig ${path("kubeconfig")} cannot be written\nhint: mend it, or name another file with --kubeconfig\n`,
    );
    assert.equal(
      await refused(["--data", "/var/lib/elsewhere", "--kubeconfig", `/tmp/${name}`], { within }),
      "error: /var/lib/elsewhere cannot be written\nhint: name another folder with --data, or run as root\n",
    );
  });

  test("a disk without space", { skip: needsRoot }, async () => {
    mkdirSync(path("small"));
    const mount = 'mount -t tmpfs -o size=4m none "$1" && shift && exec "$@"';
    const within = ["unshare", "--mount", "sh", "-c", mount, "sh", path("small")];
    const answer = await refused(["--nodes", "0", "--data", path("small/data")], { within });
    assert.match(
      answer,
      /^error: there is no space left for the cluster in \S+: \d MiB are free, 48 MiB are needed\nhint: .*\n$/,
    );
  });

  test("a machine without containerd", { skip: needsContainers }, async () => {
    writeFileSync(path("hidden"), "");
    const mount = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
    const within = ["unshare", "--mount", "sh", "-c", mount, "sh", path("hidden"), "/usr/bin/containerd"];
    assert.equal(
      await refused(["--runtime", "containerd"], { within }),
      `error: real containers need containerd, which this machine lacks
hint: apt-get install containerd, or use --runtime simulated
`,
    );
  });

  test("options that make no sense", async () => {
    assert.equal(await refused(["--wrong"]), "error: unknown option '--wrong'\n(kubets COMMAND --help tells more)\n");
    const hint = "hint: kubets up --help shows every option\n";
    const wrong = [
      [["--service-cidr", "10.96.0.1/16"], /^--service-cidr takes an IPv4 network .*$/],
      [["--publish", "80"], /^--publish takes HOSTPORT:NODEPORT, not "80"$/],
      [["--nodes", "two"], /^--nodes takes a whole number from 0 to 5000, not "two"$/],
      [["--runtime", "docker"], /^--runtime takes auto, containerd or simulated, not "docker"$/],
    ] as const;
    for (const [args, expected] of wrong) {
      const answer = await refused(args);
      assert.ok(answer.startsWith("error: ") && answer.endsWith(hint), answer);
      assert.match(answer.slice("error: ".length, -hint.length - 1), expected);
    }
    assert.match(
      await refused(["--timeout", "soon"]),
      /^error: --timeout takes a duration such as 120s or 2m, not "soon"\n$/,
    );
  });

  test("a file that an option names and that is not there, in the background and in the foreground", async () => {
    const help = (await tryKubets(["up", "--help"])).stdout;
    const options = [...help.matchAll(/^ +(--[a-z-]+) <file>/gm)].map(([, option]) => option!);
    assert.ok(options.length >= 8, help);
    const files = readdirSync(folder);
    for (const option of options) {
      // These two are made where they are missing.
      const missing = /^--(audit-log-path|kubeconfig)$/.test(option) ? "/proc/here/file" : path("missing");
      const answer = await refused([option, missing]);
      assert.match(answer, /^error: .*\nhint: mend .*\n$/, option);
      assert.ok(answer.includes(missing), answer);
      const place = ["--name", name, "--data", path("data"), "--kubeconfig", path("kubeconfig"), "--port", "0"];
      const served = await tryKubets(["serve", ...place, option, missing], {
        environment: { KUBETS_RUN: path("run") },
      });
      assert.deepEqual(served, { status: 1, stdout: "", stderr: answer });
      assert.deepEqual(readdirSync(folder), files);
    }
  });

  test("a kubeconfig that cannot be written, or is none", async () => {
    const hint = "hint: mend it, or name another file with --kubeconfig\n";
    assert.equal(
      await refused(["--kubeconfig", "/proc/here/config"]),
      `error: the kubeconfig /proc/here/config cannot be written\n${hint}`,
    );
    writeFileSync(path("broken"), "clusters: [");
    assert.match(
      await refused(["--kubeconfig", path("broken")]),
      /^error: the kubeconfig \S+broken is not YAML: .*\nhint: mend it, .*\n$/,
    );
    writeFileSync(path("text"), "a text");
    const answer = await refused(["--kubeconfig", path("text")]);
    assert.equal(answer, `error: the kubeconfig ${path("text")} is not a YAML mapping\n${hint}`);
  });

  test("a data folder that cannot be made", async () => {
    writeFileSync(path("file"), "");
    assert.match(
      await refused(["--data", path("file/data")]),
      /^error: .* cannot be made: a file is in the way\nhint: .*\n$/,
    );
    assert.ok(existsSync(path("file")));
    assert.match(
      await refused(["--data", "/proc/here/data"]),
      /^error: \/proc\/here\/data cannot be written\nhint: .*\n$/,
    );
  });

  test("a cluster that runs already with other options, and one on another's data; asked for as it is, it is found", async () => {
    const place = ["--name", name, "--data", path("data"), "--kubeconfig", path("kubeconfig"), "--port", "0"];
    const environment = { KUBETS_RUN: path("run") };
    const up = (...args: readonly string[]) =>
      tryKubets(["up", ...place, "--runtime", "simulated", ...args], { environment });
    assert.equal((await up("--nodes", "0")).status, 0);
    try {
      const other = await up("--nodes", "3");
      assert.equal(other.status, 1);
      assert.equal(
        other.stderr,
        `error: cluster ${name} is running already, with another --nodes
hint: kubets down --name ${name} ends it; a cluster beside it takes another --name and --port
`,
      );
      const file = path("data/pki/admin.kubeconfig");
      const before = readFileSync(file, "utf8");
      const besides = ["--name", `${name}-b`, "--data", path("data"), "--kubeconfig", path("other"), "--nodes", "0"];
      for (const verb of ["up", "serve"])
        assert.deepEqual(await tryKubets([verb, ...besides, "--port", "0"], { environment }), {
          status: 1,
          stdout: "",
          stderr: `error: another cluster runs on the data in ${path("data")}
hint: name another folder with --data; kubets list shows this machine's clusters
`,
        });
      assert.equal(readFileSync(file, "utf8"), before);
      const again = await up("--nodes", "0");
      assert.equal(again.status, 0);
      assert.match(again.stdout, /is running already\n/);
    } finally {
      await tryKubets(["down", "--name", name], { environment });
    }
    assert.deepEqual(
      ["data", "kubeconfig", "other", "run"].filter((file) => existsSync(path(file))),
      [],
    );
  });
});
