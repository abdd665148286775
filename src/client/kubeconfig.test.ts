import assert from "node:assert/strict";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import {
  KubeconfigError,
  loadKubeconfig,
  makeKubeconfig,
  mergeContext,
  parseKubeconfig,
  removeContext,
} from "./kubeconfig.ts";

const root = mkdtempSync(join(tmpdir(), "kubets-kubeconfig-"));
after(() => rmSync(root, { recursive: true }));
let count = 0;
const newPath = (): string => join(root, `${count++}`, "config");
const cluster = (name: string) =>
  makeKubeconfig({
    name,
    server: `https://${name}:6443`,
    certificateAuthority: "authority",
    clientCertificate: "certificate",
    clientKey: "key",
  });

function written(config: object): string {
  const path = newPath();
  mkdirSync(join(path, ".."));
  writeFileSync(path, JSON.stringify(config));
  return path;
}

test("what is merged can be loaded: addresses, certificates, the namespace", () => {
  const path = newPath();
  mergeContext(path, "kubets", cluster("kubets"));
  assert.deepEqual(loadKubeconfig(path), {
    server: "https://kubets:6443",
    certificateAuthority: "authority",
    clientCertificate: "certificate",
    clientKey: "key",
    namespace: "default",
    context: "kubets",
  });
});

test("only the owner can read the file, and a link to it stays a link", () => {
  const path = newPath();
  mergeContext(path, "kubets", cluster("kubets"));
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const link = join(path, "..", "link");
  symlinkSync(path, link);
  mergeContext(link, "other", cluster("other"));
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(loadKubeconfig(path).context, "other");
});

test("merging and removing leave everything else in the file as it was", () => {
  const path = written({ ...cluster("mine"), preferences: { colors: true }, extensions: [{ name: "x" }] });
  const before = parseKubeconfig(readFileSync(path, "utf8"));
  mergeContext(path, "kubets", cluster("kubets"));
  assert.equal(loadKubeconfig(path).context, "kubets");
  removeContext(path, "kubets");
  const { "current-context": current, ...rest } = before;
  assert.equal(current, "mine");
  assert.deepEqual(parseKubeconfig(readFileSync(path, "utf8")), rest);
});

test("merging again replaces the context of that name", () => {
  const path = newPath();
  mergeContext(path, "kubets", cluster("old"));
  mergeContext(path, "kubets", cluster("new"));
  assert.equal(parseKubeconfig(readFileSync(path, "utf8")).clusters.length, 1);
  assert.equal(loadKubeconfig(path).server, "https://new:6443");
});

test("a file that holds nothing else goes with its context, a link stays", () => {
  const [path, link] = [newPath(), newPath()];
  mergeContext(path, "kubets", cluster("kubets"));
  mkdirSync(dirname(link));
  symlinkSync(path, link);
  removeContext(link, "kubets");
  assert.equal(existsSync(link), true);
  removeContext(path, "kubets");
  assert.equal(existsSync(path), false);
});

test("removing from a file that is not there makes none", () => {
  const path = newPath();
  removeContext(path, "kubets");
  assert.equal(existsSync(path), false);
});

test("another context than the current one can be loaded", () => {
  const path = newPath();
  mergeContext(path, "one", cluster("one"));
  mergeContext(path, "two", cluster("two"));
  assert.equal(loadKubeconfig(path, { context: "one" }).server, "https://one:6443");
  assert.equal(loadKubeconfig(path).context, "two");
  assert.throws(() => loadKubeconfig(path, { context: "three" }), /context "three" does not exist/);
});

test("of several files the first that knows a name counts", () => {
  const first = written({ ...cluster("shared"), "current-context": undefined });
  const second = newPath();
  mergeContext(second, "shared", cluster("hidden"));
  mergeContext(second, "two", cluster("two"));
  assert.equal(loadKubeconfig([first, second]).server, "https://two:6443");
  assert.equal(loadKubeconfig([first, second], { context: "shared" }).server, "https://shared:6443");
});

test("files that an entry names lie beside the kubeconfig", () => {
  const path = written({
    clusters: [{ name: "c", cluster: { server: "https://c", "certificate-authority": "ca.pem" } }],
    users: [{ name: "u", user: { tokenFile: "token" } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u", namespace: "team" } }],
    "current-context": "x",
  });
  writeFileSync(join(path, "..", "ca.pem"), "from the file");
  const loaded = loadKubeconfig(path);
  assert.deepEqual(
    [loaded.certificateAuthority, loaded.namespace, loaded.tokenFile],
    ["from the file", "team", join(path, "..", "token")],
  );
});

const withExec = (exec: object): string =>
  written({
    clusters: [{ name: "c", cluster: { server: "https://c" } }],
    users: [
      {
        name: "u",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            command: process.execPath,
            interactiveMode: "Never",
            ...exec,
          },
        },
      },
    ],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });

test("a credential command is told what it is for and gives the token", () => {
  const script = `
    const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    console.log(JSON.stringify({ apiVersion: info.apiVersion, status: { token: process.env.WHO + info.spec.interactive } }));`;
  const path = withExec({ args: ["-e", script], env: [{ name: "WHO", value: "me" }] });
  assert.equal(loadKubeconfig(path).token, "mefalse");
});

test("a credential command that fails, or answers nonsense, says so", () => {
  assert.throws(() => loadKubeconfig(withExec({ args: ["-e", "process.exit(3)"] })), /failed with exit code 3/);
  assert.throws(() => loadKubeconfig(withExec({ args: ["-e", "console.log('hello')"] })), /no JSON/);
  assert.throws(
    () => loadKubeconfig(withExec({ command: "no-such-command", installHint: "install it" })),
    /install it/,
  );
});

test("a file without a current context, or with a broken one, is refused by name", () => {
  assert.throws(() => loadKubeconfig(newPath()), KubeconfigError);
  const contexts = ["a", "b"].map((name) => ({ name, context: { cluster: "c", user: "u" } }));
  assert.throws(() => loadKubeconfig(written({ contexts })), /names no current context; --context takes .*: a, b$/);
  const path = written({ contexts: [{ name: "x", context: { cluster: "gone", user: "u" } }], "current-context": "x" });
  assert.throws(() => loadKubeconfig(path), /cluster "gone" does not exist/);
});
