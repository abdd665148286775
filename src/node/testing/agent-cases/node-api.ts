/** The API of the node, and containerd coming back under it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { resources as apiResources } from "../../../api/mod.ts";
import { dialPortForward, dialRemoteCommand, exitCodeOf } from "../../../client/mod.ts";
import { api, eventually, folder, forever, pki, pod, remove, shell } from "../agent-under-test.ts";
import { isReady, statusOf } from "../api.ts";

/** The node API as the API server calls it, with its certificate or another's. */
async function nodeApi(path: string, pair?: { readonly certificate: string; readonly key: string }) {
  const node = await api.client.resource(apiResources.nodes).get("node");
  const port = node.status!.daemonEndpoints!.kubeletEndpoint!.Port;
  const { certificate, key } = pair ?? (await pki.kubeletClient());
  return {
    server: `https://127.0.0.1:${port}`,
    path,
    certificateAuthority: pki.clusterAuthority.certificate,
    clientCertificate: certificate,
    clientKey: key,
  };
}

async function get(
  path: string,
  pair?: { readonly certificate: string; readonly key: string },
): Promise<{ status: number; text: string }> {
  const { server, certificateAuthority, clientCertificate, clientKey } = await nodeApi(path, pair);
  return new Promise((resolve, reject) => {
    const options = { ca: certificateAuthority, cert: clientCertificate, key: clientKey, agent: false as const };
    const call = request(`${server}${path}`, options, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, text: body }), reject);
    });
    call.once("error", reject);
    call.end();
  });
}

test("the node API gives logs, figures and pods to the API server, and to nobody else", async () => {
  const one = await pod("logged", { containers: [shell(`echo one; echo two; ${forever}`)] });
  await one.until("it is ready", isReady);
  await eventually(
    "it has printed",
    async () => (await get("/containerLogs/default/logged/main")).text === "one\ntwo\n",
  );
  assert.deepEqual(await get("/containerLogs/default/logged/main?tailLines=1"), { status: 200, text: "two\n" });
  assert.deepEqual(await get("/containerLogs/default/logged/other"), {
    status: 400,
    text: "container other is not valid for pod logged",
  });
  const previous = 'previous terminated container "main" in pod "logged" not found';
  assert.deepEqual(await get("/containerLogs/default/logged/main?previous=true"), { status: 400, text: previous });
  assert.equal((await get("/containerLogs/default/absent/main")).status, 404);
  assert.equal(JSON.parse((await get("/pods")).text).items.length, 1);
  const { kubeletconfig } = JSON.parse((await get("/configz")).text);
  assert.deepEqual([kubeletconfig.kind, kubeletconfig.maxPods], ["KubeletConfiguration", 110]);
  const summary = JSON.parse((await get("/stats/summary")).text);
  assert.ok(summary.pods[0].containers[0].memory.workingSetBytes > 0);
  assert.match(
    (await get("/metrics/resource")).text,
    /container_memory_working_set_bytes\{container="main",namespace="default",pod="logged"\} \d+/,
  );
  assert.equal((await get("/pods", await pki.node("other", []))).status, 403);
  await remove(one);
});

test("commands, terminals and ports of a pod are reached through the node API", async () => {
  const one = await pod("reached", {
    containers: [shell(`mkdir /www; echo page > /www/index.html; httpd -p 8080 -h /www; ${forever}`)],
  });
  await one.until("it is ready", isReady);
  const flags = { stdin: true, stdout: true, stderr: true, tty: false };
  const path = `/exec/default/reached/main?input=1&output=1&error=1&command=sh&command=-c&command=${encodeURIComponent("read line; echo got $line; echo bad >&2; exit 5")}`;
  const command = await dialRemoteCommand(await nodeApi(path), flags, "spdy");
  command.stdin!.end("hello\n");
  const [output, errors, status] = await Promise.all([text(command.stdout!), text(command.stderr!), command.result]);
  assert.deepEqual([output, errors, exitCodeOf(status)], ["got hello\n", "bad\n", 5]);
  await command.close();
  const ports = await dialPortForward(await nodeApi("/portForward/default/reached"), "spdy");
  const { data: connection } = await ports.connect(8080);
  connection.write("GET / HTTP/1.0\r\n\r\n");
  assert.match(await text(connection), /page\n$/);
  await ports.close();
  await remove(one);
});

test("containers go on while containerd is killed and started again, and the agent finds it again", async () => {
  const one = await pod("survivor", { containers: [shell(forever)] });
  const before = await one.until("it is ready", isReady);
  process.kill(Number(process.env["KUBETS_TEST_CONTAINERD"]), "SIGKILL");
  const containerd = spawn("containerd", ["--config", `${folder}/config.toml`], { stdio: "ignore" });
  const ended = new Promise((resolve) => containerd.once("close", resolve));
  const two = await pod("after", { containers: [shell(forever)] });
  await two.until("a new one is ready", isReady, 30_000);
  const now = await one.get();
  assert.equal(statusOf(now, "main").containerID, statusOf(before, "main").containerID);
  assert.ok(isReady(now));
  await remove(one, two);
  containerd.kill();
  await ended;
});
