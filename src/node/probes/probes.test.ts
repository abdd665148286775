import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { FakeClock } from "../../client/mod.ts";
import { checkGrpc } from "./grpc-check.ts";
import { resolvePort } from "./handler.ts";
import { checkHttp } from "./http-check.ts";
import { checkTcp } from "./pod-network.ts";
import { type ProbeKind, ProbeWorker } from "./probe-worker.ts";

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Results after each look, one a second. */
async function results(kind: ProbeKind, looks: readonly boolean[], probe: object = {}): Promise<string[]> {
  const clock = new FakeClock();
  const waiting = [...looks];
  const worker = new ProbeWorker({
    kind,
    probe: { periodSeconds: 1, failureThreshold: 2, ...probe },
    clock,
    containerStartedAt: clock.now(),
    check: async () => ({ outcome: waiting.shift() ? "success" : "failure", message: "" }),
    unhealthy: () => {},
    changed: () => {},
  });
  const seen: string[] = [worker.result];
  worker.start();
  clock.advance(0);
  for (const _ of looks) {
    await settle();
    seen.push(worker.result);
    clock.advance(1000);
  }
  worker.stop();
  return seen;
}

test("a container is not ready until its probe says so, and unready after as many failures as are allowed", async () => {
  assert.deepEqual(await results("readiness", [false, true, false, false, true]), [
    "failure",
    "failure",
    "success",
    "success",
    "failure",
    "success",
  ]);
});

test("more than one success may be asked for", async () => {
  assert.deepEqual(await results("readiness", [true, false, true, true], { successThreshold: 2 }), [
    "failure",
    "failure",
    "failure",
    "failure",
    "success",
  ]);
});

test("a container is taken to live until its probe has failed often enough", async () => {
  assert.deepEqual(await results("liveness", [true, false, true, false, false]), [
    "success",
    "success",
    "success",
    "success",
    "success",
    "failure",
  ]);
});

test("a startup probe says nothing until it succeeds or fails for good", async () => {
  assert.deepEqual(await results("startup", [false, true]), ["unknown", "unknown", "success"]);
  assert.deepEqual(await results("startup", [false, false]), ["unknown", "unknown", "failure"]);
});

test("the first look waits for the initial delay, counted from the container's start", async () => {
  const clock = new FakeClock();
  let looks = 0;
  const worker = new ProbeWorker({
    kind: "readiness",
    probe: { initialDelaySeconds: 5, periodSeconds: 10 },
    clock,
    containerStartedAt: clock.now() - 2000,
    check: async () => ({ outcome: looks++ < 0 ? "failure" : "success", message: "" }),
    unhealthy: () => {},
    changed: () => {},
  });
  worker.start();
  clock.advance(2999);
  assert.equal(looks, 0);
  clock.advance(1);
  assert.equal(looks, 1);
  worker.stop();
});

async function withServer(
  handler: Parameters<typeof createServer>[1],
  run: (port: number) => Promise<void>,
): Promise<void> {
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await run((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const get = (port: number, path: string, timeoutMs = 2000, headers: { name: string; value: string }[] = []) =>
  checkHttp({ scheme: "http", host: "127.0.0.1", port, path, headers, timeoutMs });

test("HTTP checks judge the status, follow redirects at home, and say what failed as people know it", async () => {
  const hosts: (string | undefined)[] = [];
  await withServer(
    (request, response) => {
      hosts.push(request.headers.host);
      if (request.url === "/moved") return void response.writeHead(302, { location: "/ok" }).end();
      if (request.url === "/away") return void response.writeHead(302, { location: "http://192.0.2.1/" }).end();
      if (request.url === "/slow") return;
      response.writeHead(request.url === "/ok" ? 200 : 503).end("body");
    },
    async (port) => {
      assert.deepEqual(await get(port, "/ok"), { outcome: "success", message: "body" });
      assert.equal((await get(port, "moved")).outcome, "success");
      assert.equal((await get(port, "/away")).outcome, "warning");
      assert.deepEqual(await get(port, "/sick"), {
        outcome: "failure",
        message: "HTTP probe failed with statuscode: 503",
      });
      const late = `Get "http://127.0.0.1:${port}/slow": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
      assert.deepEqual(await get(port, "/slow", 50), { outcome: "failure", message: late });
      await get(port, "/ok", 2000, [{ name: "Host", value: "named.example" }]);
      assert.equal(hosts.at(-1), "named.example");
    },
  );
});

test("a hook is given what is left of a pod's time, which is no whole number of milliseconds", async () => {
  await withServer(
    (_, response) => response.end("heard"),
    async (port) => {
      assert.deepEqual(await get(port, "/", 14_999.966), { outcome: "success", message: "heard" });
    },
  );
});

test("where nothing listens a check says that the connection was refused", async () => {
  let free = 0;
  await withServer(
    () => {},
    async (port) => {
      free = port;
    },
  );
  assert.deepEqual(await get(free, "/"), {
    outcome: "failure",
    message: `Get "http://127.0.0.1:${free}/": dial tcp 127.0.0.1:${free}: connect: connection refused`,
  });
  const tcp = await checkTcp("127.0.0.1", free, 1000);
  assert.equal(tcp.message, `dial tcp 127.0.0.1:${free}: connect: connection refused`);
});

test("gRPC checks ask the health protocol for a service", async () => {
  const server = new grpc.Server();
  const identity = (value: Buffer) => value;
  const method = {
    path: "/grpc.health.v1.Health/Check",
    requestStream: false,
    responseStream: false,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  };
  server.addService({ Check: method } as grpc.ServiceDefinition, {
    Check: (call: { request: Buffer }, done: (error: null, answer: Buffer) => void) =>
      done(null, Buffer.from([0x08, call.request.subarray(2).toString() === "good" ? 1 : 2])),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const check = (service: string) => checkGrpc({ host: "127.0.0.1", port, service, timeoutMs: 2000 });
  assert.deepEqual(await check("good"), { outcome: "success", message: "service healthy" });
  assert.deepEqual(await check("bad"), {
    outcome: "failure",
    message: 'service unhealthy (responded with "NOT_SERVING")',
  });
  server.forceShutdown();
});

test("ports are numbers, or names of the container's ports", () => {
  const container = { name: "main", ports: [{ name: "http", containerPort: 8080 }] };
  assert.deepEqual(
    [resolvePort(80, container), resolvePort("81", container), resolvePort("http", container)],
    [80, 81, 8080],
  );
  assert.throws(() => resolvePort("none", container), /couldn't find port/);
});
