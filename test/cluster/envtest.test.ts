/** The programs that stand in for upstream's, started as controller-runtime's envtest starts them. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { isForbidden, isNotFound, resources } from "../../src/api/mod.ts";
import { CertificateAuthority } from "../../src/auth/mod.ts";
import { type Client, createClient, httpTransport, type Transport } from "../../src/client/mod.ts";
import { kubets } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";

const root = mkdtempSync(join(tmpdir(), "kubets-envtest-"));
const certificates = join(root, "certs");
const host = "127.0.0.1";
const userAuthority = CertificateAuthority.create("envtest-environment");
const serverAuthority = CertificateAuthority.create("envtest-environment");
let assets = "";

const { NODE_TEST_CONTEXT: _, ...environment } = process.env;

/** For those that a failed test leaves. */
const children: ChildProcess[] = [];

interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
}

function start(name: string, args: readonly string[]): Program {
  const child = spawn(join(assets, name), args, { stdio: ["ignore", "pipe", "pipe"], env: environment });
  children.push(child);
  const parts: Buffer[] = [];
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (part: Buffer) => parts.push(part));
  const ended = once(child, "close").then(([status]) => status as number | null);
  return { child, ended, output: () => Buffer.concat(parts).toString() };
}

async function run(name: string, args: readonly string[]): Promise<{ status: number | null; output: string }> {
  const program = start(name, args);
  return { status: await program.ended, output: program.output() };
}

function stop({ child, ended }: Program, signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
  child.kill(signal);
  return ended;
}

/** Of an address that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const address = server.address();
  server.close();
  assert.ok(typeof address === "object" && address);
  return address.port;
}

interface Etcd {
  readonly program: Program;
  readonly url: string;
}

async function startEtcd(dataFolder: string): Promise<Etcd> {
  const url = `http://${host}:${await freePort()}`;
  const program = start("etcd", [
    "--listen-peer-urls=http://localhost:0",
    `--advertise-client-urls=${url}`,
    `--listen-client-urls=${url}`,
    `--data-dir=${dataFolder}`,
    "--unsafe-no-fsync",
  ]);
  await eventually(async () => assert.equal((await fetch(`${url}/health`)).status, 200));
  return { program, url };
}

interface ApiServer {
  readonly program: Program;
  readonly server: string;
}

function serverArguments({ url }: Pick<Etcd, "url">, port: number): string[] {
  const server = `https://${host}:${port}`;
  return [
    "--allow-privileged=true",
    "--authorization-mode=RBAC",
    `--bind-address=${host}`,
    `--cert-dir=${certificates}`,
    `--client-ca-file=${join(certificates, "client-cert-auth-ca.crt")}`,
    "--disable-admission-plugins=ServiceAccount",
    `--etcd-servers=${url}`,
    `--secure-port=${port}`,
    `--service-account-issuer=${server}/`,
    `--service-account-key-file=${join(certificates, "sa-signer.crt")}`,
    `--service-account-signing-key-file=${join(certificates, "sa-signer.key")}`,
    "--service-cluster-ip-range=10.0.0.0/24",
  ];
}

async function startApiServer(etcd: Etcd, ...more: readonly string[]): Promise<ApiServer> {
  const port = await freePort();
  const server = `https://${host}:${port}`;
  const program = start("kube-apiserver", [...serverArguments(etcd, port), ...more]);
  const anybody = transportTo(server);
  await eventually(async () => {
    assert.equal(program.child.exitCode, null, program.output());
    await anybody.stream({ method: "GET", path: "/healthz" });
  }).finally(() => anybody.close());
  return { program, server };
}

const transportTo = (server: string, user?: { name: string; groups: readonly string[] }): Transport => {
  const identity = user && userAuthority.issue({ commonName: user.name, organizations: user.groups, usage: "client" });
  return httpTransport({
    server,
    certificateAuthority: serverAuthority.certificate,
    ...(identity && { clientCertificate: identity.certificate, clientKey: identity.key }),
  });
};

async function as<T>(
  server: string,
  user: { name: string; groups: readonly string[] },
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const transport = transportTo(server, user);
  try {
    return await work(createClient(transport));
  } finally {
    await transport.close();
  }
}

const admin = { name: "admin", groups: ["system:masters"] };

/** What envtest writes before it starts the server. */
function writeCertificates(): void {
  mkdirSync(certificates);
  const serving = serverAuthority.issue({
    commonName: "localhost",
    alternativeNames: ["localhost", host],
    usage: "server",
  });
  const signer = CertificateAuthority.create("envtest-environment");
  const files = {
    "apiserver.crt": serving.certificate,
    "apiserver.key": serving.key,
    "client-cert-auth-ca.crt": userAuthority.certificate,
    "sa-signer.crt": signer.certificate,
    "sa-signer.key": signer.key,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(certificates, name), text);
}

before(async () => {
  assets = (await kubets(["envtest", "assets"])).trim();
  writeCertificates();
});
after(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

test("the folder has the three programs that envtest looks for", () => {
  for (const name of ["kube-apiserver", "etcd", "kubectl"]) assert.ok(existsSync(join(assets, name)), name);
});

test("an API server of envtest knows its users by their certificates, keeps what it was told, and ends at once", async () => {
  const data = join(root, "kept");
  const etcd = await startEtcd(data);
  const first = await startApiServer(etcd);
  await as(first.server, admin, (client) =>
    client.resource(resources.configmaps).create({ metadata: { name: "kept" } }, { namespace: "default" }),
  );
  await assert.rejects(
    as(first.server, { name: "nobody", groups: [] }, (client) => client.resource(resources.namespaces).list()),
    isForbidden,
  );
  assert.equal(await stop(first.program), 0);
  const second = await startApiServer(etcd);
  await as(second.server, admin, (client) =>
    client.resource(resources.configmaps).get("kept", { namespace: "default" }),
  );
  assert.equal(await stop(second.program, "SIGINT"), 0);
  assert.equal(await stop(etcd.program), 0);
  assert.deepEqual(readdirSync(data), ["member"]);
});

test("each etcd has a store of its own, and no controller acts on what is in it", async () => {
  const etcd = await startEtcd(join(root, "fresh"));
  const { program, server } = await startApiServer(etcd);
  await as(server, admin, async (client) => {
    await assert.rejects(client.resource(resources.configmaps).get("kept", { namespace: "default" }), isNotFound);
    // Without the plugin ServiceAccount a pod needs none, and nobody makes one.
    const spec = { containers: [{ name: "web", image: "web:1" }] };
    await client.resource(resources.pods).create({ metadata: { name: "web" }, spec }, { namespace: "default" });
    const accounts = await client.resource(resources.serviceaccounts).list({ namespace: "default" });
    assert.deepEqual(accounts.items, []);
  });
  await stop(program);
  await stop(etcd.program);
});

test("a token file, a token of another key and audiences are what the flags say", async () => {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const former = join(root, "former.pub");
  writeFileSync(former, publicKey.export({ type: "spki", format: "pem" }));
  const tokens = join(root, "tokens.csv");
  writeFileSync(tokens, 'secret,jane,1,"readers,system:masters"\n');
  const etcd = await startEtcd(join(root, "tokens"));
  const { program, server } = await startApiServer(
    etcd,
    `--token-auth-file=${tokens}`,
    `--service-account-key-file=${former}`,
    "--api-audiences=one,two",
  );
  const transport = httpTransport({ server, certificateAuthority: serverAuthority.certificate, token: "secret" });
  const client = createClient(transport);
  await client.resource(resources.namespaces).list();
  const keys = JSON.parse(
    await new Response(await transport.stream({ method: "GET", path: "/openid/v1/jwks" })).text(),
  );
  assert.deepEqual(keys.keys.map(({ alg }: { alg: string }) => alg).sort(), ["ES256", "RS256"]);
  await transport.close();
  await stop(program);
  await stop(etcd.program);
});

test("etcd may listen on a socket, and what is no etcd of Kubets is refused", async () => {
  const path = join(root, "etcd.sock");
  const listen = () => start("etcd", [`--data-dir=${join(root, "socket")}`, `--listen-client-urls=unix://${path}`]);
  const killed = listen();
  await eventually(() => assert.ok(existsSync(path), killed.output()));
  await stop(killed, "SIGKILL");
  assert.ok(existsSync(path), "a killed one leaves its socket behind, which is in nobody's way");
  const program = listen();
  const etcd = { program, url: `unix://${path}` };
  const { program: server } = await startApiServer(etcd);
  await stop(server);
  await stop(program);
  const other = createHttpServer((_, response) => response.end("welcome")).listen(0, host);
  await once(other, "listening");
  const address = other.address();
  assert.ok(typeof address === "object" && address);
  const refused = start("kube-apiserver", serverArguments({ url: `http://${host}:${address.port}` }, await freePort()));
  assert.equal(await refused.ended, 1);
  assert.match(refused.output(), /is no etcd of Kubets/);
  other.close();
});

test("a flag that upstream does not know is refused in its words", async () => {
  assert.deepEqual(await run("kube-apiserver", ["--nonsense"]), {
    status: 1,
    output: "Error: unknown flag: --nonsense\n",
  });
  const etcd = await run("etcd", ["--nonsense"]);
  assert.deepEqual(etcd, { status: 2, output: "flag provided but not defined: -nonsense\n" });
  const { status, output } = await run("kube-apiserver", ["--feature-gates=Nope=true"]);
  assert.match(output, /"command failed" err="unrecognized feature gate: Nope"/);
  assert.equal(status, 1);
});

test("the help names the flags, as envtest asks for them", async () => {
  const { status, output } = await run("kube-apiserver", ["--help"]);
  assert.equal(status, 0);
  assert.match(output, /^\s+--service-account-issuer\b/m);
  assert.doesNotMatch(output, /insecure-port/);
});
