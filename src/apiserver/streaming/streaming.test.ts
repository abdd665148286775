import assert from "node:assert/strict";
import https from "node:https";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { type DialWire, dialPortForward, dialRemoteCommand } from "../../client/mod.ts";
import { streamingConnections } from "./connections.ts";
import { certificates, startAgent, startFront } from "./testing/front.ts";

function pod(name: string, containers: string[], spec: object = {}) {
  const list = containers.map((container) => ({ name: container }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop" },
    spec: { containers: list, ...spec },
  };
}

const cluster = new MemoryCluster([
  pod("web", ["c"], { nodeName: "one" }),
  pod("pair", ["a", "b"], { nodeName: "one", initContainers: [{ name: "i" }] }),
  pod("waiting", ["c"]),
  pod("lost", ["c"], { nodeName: "gone" }),
  pod("dark", ["c"], { nodeName: "silent" }),
  { apiVersion: "v1", kind: "Node", metadata: { name: "silent" } },
]);
let agent: Awaited<ReturnType<typeof startAgent>>;
let front: Awaited<ReturnType<typeof startFront>>;
let authority: string;

/** A port of the pod: sends back what it gets; the others are closed. */
async function connectPort(port: number) {
  if (port === 80) return new PassThrough();
  throw new Error(`port ${port} is closed`);
}

before(async () => {
  const made = certificates();
  authority = made.authority;
  agent = await startAgent(made, connectPort);
  const status = {
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
    daemonEndpoints: { kubeletEndpoint: { Port: agent.port } },
  };
  cluster.put({ apiVersion: "v1", kind: "Node", metadata: { name: "one" }, status });
  front = await startFront(made, streamingConnections({ client: cluster.client, credentials: made.credentials }));
});

after(async () => {
  agent.stop();
  await front.stop();
});

const pods = "/api/v1/namespaces/shop/pods";

interface Asked {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

function ask(path: string, options: https.RequestOptions = {}, body?: string): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const request = https.request(
      `${front.url}${path}`,
      { ca: authority, servername: "localhost", agent: false, ...options },
      async (answer) => resolve({ status: answer.statusCode!, headers: answer.headers, body: await text(answer) }),
    );
    request.once("error", reject).end(body);
  });
}

async function refusal(path: string, options?: https.RequestOptions): Promise<[number, string]> {
  const { status, body } = await ask(path, options);
  return [status, JSON.parse(body).message];
}

test("a log comes from the node's agent as it is", async () => {
  const { status, headers, body } = await ask(`${pods}/web/log?follow=true&tailLines=5&timestamps=0&container=c`);
  assert.deepEqual([status, headers["content-type"], body], [200, "text/plain", "line 1\nline 2\n"]);
  assert.equal(agent.seen.at(-1), "/containerLogs/shop/web/c?follow=true&tailLines=5");
});

test("a pod on no node has no log yet", async () => {
  assert.equal((await ask(`${pods}/waiting/log`)).status, 204);
});

test("a log over WebSocket comes in messages", async () => {
  const socket = new WebSocket(`${front.url}${pods}/web/log`, "base64.binary.k8s.io", { ca: authority });
  const parts: string[] = [];
  socket.on("message", (data) => parts.push(Buffer.from(String(data), "base64").toString()));
  await new Promise((resolve) => socket.once("close", resolve));
  assert.equal(parts.join(""), "line 1\nline 2\n");
});

test("what is wrong with a request for a log is said in upstream's words", async () => {
  assert.deepEqual(await refusal(`${pods}/pair/log`), [
    400,
    "a container name must be specified for pod pair, choose one of: [i a b]",
  ]);
  assert.deepEqual(await refusal(`${pods}/pair/log?container=z`), [400, "container z is not valid for pod pair"]);
  assert.deepEqual(await refusal(`${pods}/web/log?tailLines=-1`), [
    422,
    'PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
  ]);
  assert.deepEqual(await refusal(`${pods}/web/log?tailLines=x`), [
    400,
    'strconv.ParseInt: parsing "x": invalid syntax',
  ]);
  assert.deepEqual(await refusal(`${pods}/web/log?sinceSeconds=5&sinceTime=2020-01-01T00:00:00Z`), [
    422,
    'PodLogOptions "web" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
  ]);
  assert.deepEqual(await refusal(`${pods}/lost/log`), [404, 'pods "gone" not found']);
  assert.deepEqual(await refusal(`${pods}/dark/log`), [500, "no preferred addresses found; known addresses: []"]);
});

for (const wire of ["websocket", "spdy"] satisfies DialWire[]) {
  test(`exec over ${wire} reaches the node and comes back with the exit code`, async () => {
    const target = {
      server: front.url,
      certificateAuthority: authority,
      token: "secret",
      path: `${pods}/web/exec?command=exit&command=3&stdin=true&stdout=true`,
    };
    const flags = { stdin: true, stdout: true, stderr: false, tty: false };
    const command = await dialRemoteCommand(target, flags, wire);
    command.stdin!.end("to and fro");
    assert.equal(await text(command.stdout!), "to and fro");
    const { reason, details } = await command.result;
    assert.deepEqual([reason, details?.causes?.[0]?.message], ["NonZeroExitCode", "3"]);
    assert.equal(agent.seen.at(-1), "/exec/shop/web/c?command=exit&command=3&input=1&output=1");
  });

  test(`ports are forwarded over ${wire}, and a closed one says why`, async () => {
    const target = { server: front.url, certificateAuthority: authority, path: `${pods}/web/portforward` };
    const forward = await dialPortForward(target, wire);
    const open = await forward.connect(80);
    open.data.end("ping");
    assert.equal(await text(open.data), "ping");
    const closed = await forward.connect(81);
    closed.data.resume();
    assert.match((await closed.failure) ?? "", /port 81 is closed/);
    await forward.close();
  });
}

test("exec is refused before anything is spliced", async () => {
  const post = { method: "POST" };
  assert.deepEqual(await refusal(`${pods}/web/exec?command=ls`, post), [400, "Upgrade request required"]);
  assert.deepEqual(await refusal(`${pods}/waiting/exec?command=ls`, post), [
    400,
    "pod waiting does not have a host assigned",
  ]);
  assert.equal((await ask(`${pods}/web/exec?command=ls`, { method: "PUT" })).status, 405);
  const target = { server: front.url, certificateAuthority: authority, path: `${pods}/lost/exec?command=ls` };
  const flags = { stdin: false, stdout: true, stderr: false, tty: false };
  await assert.rejects(dialRemoteCommand(target, flags), /pods "gone" not found/);
});

test("a proxied request keeps path, query, body and headers, and leaves credentials behind", async () => {
  const headers = {
    authorization: "Bearer secret",
    "impersonate-user": "root",
    "x-mine": "1",
    host: "api.example:6443",
  };
  const path = "/api/v1/nodes/one/proxy/a%2Fb/c%20d/?x=1&y=%2F";
  const { status, headers: answered, body } = await ask(path, { method: "PUT", headers }, "payload");
  const seen = JSON.parse(body);
  assert.deepEqual([status, answered["x-agent"]], [200, "yes"]);
  assert.deepEqual([seen.method, seen.url, seen.body], ["PUT", "/a/b/c%20d/?x=1&y=%2F", "payload"]);
  assert.equal(seen.headers["x-mine"], "1");
  assert.equal(seen.headers["x-forwarded-host"], "api.example:6443");
  assert.equal(seen.headers.authorization, undefined);
  assert.equal(seen.headers["impersonate-user"], undefined);
});

test("redirects of the backend lead through the proxy", async () => {
  const { status, headers } = await ask("/api/v1/nodes/one/proxy/moved", { headers: { host: "api.example" } });
  assert.equal(status, 302);
  assert.equal(headers["location"], "https://api.example/api/v1/nodes/one/proxy/elsewhere?a=b");
});

test("the links of a proxied page lead through the proxy", async () => {
  const { headers, body } = await ask("/api/v1/nodes/one/proxy/page");
  assert.deepEqual([headers["content-type"], headers["content-encoding"]], ["text/html; charset=utf-8", undefined]);
  assert.equal(body, '<a href="/api/v1/nodes/one/proxy/x">to ü</a>');
  const { headers: packed } = await ask("/api/v1/nodes/one/proxy/page", { method: "HEAD" });
  assert.equal(packed["content-encoding"], "gzip");
});

test("a page is asked for with a slash at its end", async () => {
  const { status, headers } = await ask("/api/v1/nodes/one/proxy?a=b");
  assert.deepEqual([status, headers["location"]], [301, "/api/v1/nodes/one/proxy/?a=b"]);
});

test("a proxy passes on upgrades", async () => {
  const target = { server: front.url, certificateAuthority: authority };
  const path = "/api/v1/nodes/one/proxy/exec/shop/web/c?command=0&input=1&output=1";
  const command = await dialRemoteCommand(
    { ...target, path },
    { stdin: true, stdout: true, stderr: false, tty: false },
  );
  command.stdin!.end("through");
  assert.equal(await text(command.stdout!), "through");
  await command.result;
});
