import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http2, { type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { isGone, StatusError } from "../api/mod.ts";
import type { Transport } from "./contract.ts";
import { httpTransport } from "./http-transport.ts";

type Handler = (stream: ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void;
const handlers: Record<string, Handler> = {};
const sessions = new Set<ServerHttp2Session>();
const folder = mkdtempSync(join(tmpdir(), "kubets-transport-"));
let server: Http2Server;
let address: string;
let transport: Transport;

const answer = (stream: ServerHttp2Stream, value: unknown, status = 200): void => {
  stream.respond({ ":status": status, "content-type": "application/json" });
  stream.end(JSON.stringify(value));
};

before(async () => {
  server = http2.createServer();
  server.on("session", (session) =>
    sessions.add(session.on("close", () => sessions.delete(session)).on("error", () => {})),
  );
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    stream.on("error", () => {});
    handlers[headers[":path"]!.split("?")[0]!]!(stream, headers);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  transport = httpTransport({ server: address, token: "secret" });
});
after(async () => {
  await transport.close();
  server.close();
  rmSync(folder, { recursive: true });
});

const failure = { apiVersion: "v1", kind: "Status", metadata: {}, status: "Failure" };
const event = (type: string, name: string): string =>
  `${JSON.stringify({ type, object: { kind: "Pod", metadata: { name } } })}\n`;

test("a request carries method, query, body, content type and credentials", async () => {
  handlers["/echo"] = async (stream, headers) =>
    answer(stream, {
      method: headers[":method"],
      path: headers[":path"],
      type: headers["content-type"],
      authorization: headers.authorization,
      body: await text(stream),
    });
  const query = { labelSelector: "a=b,c", limit: undefined, container: ["x", "y"] };
  const request = {
    method: "PATCH",
    path: "/echo",
    query,
    body: { a: 1 },
    contentType: "application/merge-patch+json",
  } as const;
  assert.deepEqual(await transport.request(request), {
    method: "PATCH",
    path: "/echo?labelSelector=a%3Db%2Cc&container=x&container=y",
    type: "application/merge-patch+json",
    authorization: "Bearer secret",
    body: '{"a":1}',
  });
});

test("a token file is read anew for each request", async () => {
  const tokenFile = join(folder, "token");
  const rotating = httpTransport({ server: address, tokenFile });
  handlers["/who"] = (stream, headers) => answer(stream, headers.authorization);
  for (const token of ["one", "two"]) {
    writeFileSync(tokenFile, `${token}\n`);
    assert.equal(await rotating.request({ method: "GET", path: "/who" }), `Bearer ${token}`);
  }
  await rotating.close();
});

test("items of a list say what they are, and what comes back is frozen", async () => {
  handlers["/pods"] = (stream) =>
    answer(stream, { apiVersion: "v1", kind: "PodList", metadata: {}, items: [{ metadata: { name: "a" } }] });
  const { items } = (await transport.request({ method: "GET", path: "/pods" })) as {
    items: [{ kind: string; metadata: object }];
  };
  assert.deepEqual(items[0], { apiVersion: "v1", kind: "Pod", metadata: { name: "a" } });
  assert.ok(Object.isFrozen(items[0].metadata));
});

test("an answer that is no JSON is given as text", async () => {
  handlers["/healthz"] = (stream) => {
    stream.respond({ ":status": 200, "content-type": "text/plain" });
    stream.end("ok");
  };
  assert.equal(await transport.request({ method: "GET", path: "/healthz" }), "ok");
});

test("a refusal rejects with the server's Status, or with one made from a proxy's text", async () => {
  handlers["/conflict"] = (stream) =>
    answer(stream, { ...failure, reason: "Conflict", message: "changed", code: 409 }, 409);
  handlers["/proxy"] = (stream) => {
    stream.respond({ ":status": 502 });
    stream.end("bad gateway");
  };
  await assert.rejects(
    transport.request({ method: "GET", path: "/conflict" }),
    (error: StatusError) => error.reason === "Conflict",
  );
  await assert.rejects(transport.request({ method: "GET", path: "/proxy" }), (error: StatusError) => {
    assert.ok(error instanceof StatusError);
    const message = 'an error on the server ("bad gateway") has prevented the request from succeeding';
    assert.deepEqual([error.code, error.reason, error.message], [502, "InternalError", message]);
    return true;
  });
});

test("a request that a busy server turns away is sent again when the server says, writes too, but not for ever", async () => {
  let asked = 0;
  const turnAway = (stream: ServerHttp2Stream) => {
    stream.respond({ ":status": 429, "retry-after": "0", "content-type": "text/plain" });
    stream.end("Too many requests, please try again later.\n");
  };
  handlers["/busy"] = (stream) => (++asked < 4 ? turnAway(stream) : answer(stream, { kind: "Pod", asked }));
  assert.deepEqual(await transport.request({ method: "POST", path: "/busy", body: {} }), { kind: "Pod", asked: 4 });
  asked = -100;
  await assert.rejects(transport.request({ method: "GET", path: "/busy" }), (error) => {
    return error instanceof StatusError && error.status.reason === "TooManyRequests" && asked === -89;
  });
  handlers["/evicted"] = (stream) => answer(stream, { ...failure, reason: "TooManyRequests", code: 429 }, 429);
  await assert.rejects(transport.request({ method: "POST", path: "/evicted", body: {} }), /./);
});

test("warnings of the server are heard", async () => {
  handlers["/warn"] = (stream) => {
    stream.respond({
      ":status": 200,
      "content-type": "application/json",
      warning: '299 - "old \\"api\\"", 299 - "two"',
    });
    stream.end("{}");
  };
  const heard: string[] = [];
  await transport.request({ method: "GET", path: "/warn", onWarning: (message) => heard.push(message) });
  assert.deepEqual(heard, ['old "api"', "two"]);
});

test("events of a watch come one by one however the bytes are cut", async () => {
  handlers["/watch"] = (stream) => {
    stream.respond({ ":status": 200 });
    const bytes = Buffer.from(event("ADDED", "ü-1") + event("MODIFIED", "two") + event("DELETED", "three"));
    for (let start = 0; start < bytes.length; start += 7) stream.write(bytes.subarray(start, start + 7));
    stream.end();
  };
  const seen: string[] = [];
  for await (const { type, object } of transport.watch({ method: "GET", path: "/watch" }))
    seen.push(`${type} ${object.metadata.name}`);
  assert.deepEqual(seen, ["ADDED ü-1", "MODIFIED two", "DELETED three"]);
});

test("an ERROR event of a watch is thrown as its Status", async () => {
  handlers["/watch"] = (stream) => {
    stream.respond({ ":status": 200 });
    stream.end(
      event("ADDED", "one") +
        JSON.stringify({ type: "ERROR", object: { ...failure, reason: "Expired", code: 410 } }) +
        "\n",
    );
  };
  const watching = Array.fromAsync(transport.watch({ method: "GET", path: "/watch" }));
  await assert.rejects(watching, isGone);
});

test("a watch that its signal ends just ends, and the server learns of it", async () => {
  const gone = Promise.withResolvers<void>();
  handlers["/watch"] = (stream) => {
    stream.respond({ ":status": 200 });
    stream.write(event("ADDED", "one"));
    stream.once("close", gone.resolve);
  };
  const stopper = new AbortController();
  for await (const { type } of transport.watch({ method: "GET", path: "/watch", signal: stopper.signal })) {
    assert.equal(type, "ADDED");
    stopper.abort();
  }
  await gone.promise;
});

test("a consumer that breaks off a watch frees the stream", async () => {
  const gone = Promise.withResolvers<void>();
  handlers["/watch"] = (stream) => {
    stream.respond({ ":status": 200 });
    stream.write(event("ADDED", "one"));
    stream.once("close", gone.resolve);
  };
  for await (const _ of transport.watch({ method: "GET", path: "/watch" })) break;
  await gone.promise;
});

test("a request whose signal aborts rejects with the signal's reason", async () => {
  const stopper = new AbortController();
  handlers["/slow"] = () => stopper.abort(new Error("enough"));
  await assert.rejects(transport.request({ method: "GET", path: "/slow", signal: stopper.signal }), /enough/);
});

test("after the connection broke, the next request opens another, and a read that met it is asked again", async () => {
  handlers["/echo"] = (stream) => answer(stream, "fine");
  await transport.request({ method: "GET", path: "/echo" });
  for (const session of sessions) session.destroy();
  assert.equal(await transport.request({ method: "GET", path: "/echo" }), "fine");
  let asked = 0;
  handlers["/break"] = (stream) => (asked++ === 0 ? stream.session!.destroy() : answer(stream, "second"));
  assert.equal(await transport.request({ method: "GET", path: "/break" }), "second");
});

test("each connection shows the credentials of its day, and the old ones where they cannot be read", async () => {
  const seen: unknown[] = [];
  handlers["/who"] = (stream, headers) => {
    seen.push(headers["authorization"]);
    answer(stream, "fine");
  };
  let token: string | undefined = "new";
  const renewed = () => {
    if (!token) throw new Error("being written");
    return { server: address, token };
  };
  const renewing = httpTransport({ server: address, token: "old", renewed });
  for (const next of ["newer", undefined, undefined]) {
    await renewing.request({ method: "GET", path: "/who" });
    token = next;
    for (const session of sessions) session.destroy();
    while (sessions.size > 0) await new Promise(setImmediate);
  }
  await renewing.close();
  assert.deepEqual(seen, ["Bearer new", "Bearer newer", "Bearer newer"]);
});

test("a write that met a broken connection is not sent twice", async () => {
  let asked = 0;
  handlers["/write"] = (stream) => {
    asked++;
    stream.session!.destroy();
  };
  await assert.rejects(transport.request({ method: "POST", path: "/write", body: {} }));
  assert.equal(asked, 1);
});

test("a server behind a unix socket is reached", async () => {
  const socketPath = join(folder, "api.sock");
  const local = http2.createServer();
  local.on("stream", (stream: ServerHttp2Stream) => answer(stream, "local"));
  local.listen(socketPath);
  await once(local, "listening");
  const client = httpTransport({ server: "http://localhost", socketPath });
  assert.equal(await client.request({ method: "GET", path: "/" }), "local");
  await client.close();
  local.close();
});
